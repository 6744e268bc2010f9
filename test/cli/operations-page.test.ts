import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readKeyCommand } from '../../src/cli/api-key.ts';
import { readAuditCommand } from '../../src/cli/audit.ts';
import { readBackupCommand, readRestoreCommand } from '../../src/cli/backup.ts';
import { readBudgetCommand } from '../../src/cli/budget.ts';
import { readCommandLine } from '../../src/cli/command-line.ts';
import { readCopyUrls } from '../../src/cli/copy.ts';
import { readEraseCommand } from '../../src/cli/erase.ts';
import { readMediaCommand } from '../../src/cli/media.ts';
import { usages } from '../../src/cli/usage.ts';
import { keyNameOf } from '../../src/credential/api-key.ts';
import { projectRoot } from '../../src/lib/package.ts';

const page = readFileSync(join(projectRoot(), 'docs/operations.md'), 'utf8');

/** Every command of ours on the page, in its order: from the blocks, and from within the text. */
const commands = [...page.matchAll(/^reelgate (.+)$|`reelgate ([^`]*)`/gm)].map(([, line, word]) => line ?? word ?? '');

const readers: Readonly<Record<string, (args: readonly string[]) => object>> = {
  audit: readAuditCommand,
  erase: readEraseCommand,
  budget: readBudgetCommand,
  backup: readBackupCommand,
  restore: readRestoreCommand,
  copy: readCopyUrls,
  media: readMediaCommand,
  key: (args) => readKeyCommand(args, 0),
};

it('every command on the page is one', () => {
  expect(commands.length).toBeGreaterThan(15);
  const name = keyNameOf({ environment: 'TEST', id: '018f0000-0000-7000-8000-000000000004' });
  for (const command of commands) {
    const text = command.replace('NAME', name);
    const line = readCommandLine(text.split(' '), usages);
    expect(line, text).toMatchObject({ kind: 'run' });
    // In the text a command may stand without what it works on.
    if (line.kind !== 'run' || /^[a-z]+( [a-z]+)?$/.test(text)) continue;
    expect(Object.keys(readers[line.command]?.(line.args) ?? {}), text).not.toContain('usage');
  }
});

it('the files that the page names are there', () => {
  const links = [...page.matchAll(/\]\(([^)#]+)/g)].map(([, to = '']) => to);
  expect(links.filter((to) => !existsSync(join(projectRoot(), 'docs', to)))).toEqual([]);
});
