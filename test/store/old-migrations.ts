import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/lib/package.ts';
import { newFolder } from './sqlite-world.ts';

/** A folder with the first `count` of an engine's migrations, removed when the test has finished. */
export function oldMigrations(engine: 'sqlite' | 'postgres', migrations: number): string {
  const folder = join(newFolder(), 'migrations');
  cpSync(join(projectRoot(), 'migrations', engine), folder, { recursive: true });
  const journalFile = join(folder, 'meta', '_journal.json');
  const journal = JSON.parse(readFileSync(journalFile, 'utf8'));
  writeFileSync(journalFile, JSON.stringify({ ...journal, entries: journal.entries.slice(0, migrations) }));
  return folder;
}
