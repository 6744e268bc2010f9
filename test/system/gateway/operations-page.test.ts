import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { generate, watchJob } from '../../gateway/operations.ts';
import { makeFolder, request, runGateway, startGateway, subscribe } from '../../world/gateway.ts';
import { commandsOf } from '../../world/page-commands.ts';

const page = readFileSync(join(projectRoot(), 'docs/operations.md'), 'utf8');

/** The lines that work on the database of this folder; others begin with sudo, docker or kubectl, or need PostgreSQL or S3. */
const lines = commandsOf(page).filter(
  ({ start, isLine, text }) => isLine && start === '' && !/(postgres|s3):\/\//.test(text),
);

it('the commands for SQLite run as they stand on the page, one after the other', async () => {
  const { path, remove } = await makeFolder();
  onTestFinished(remove);
  const variables = { DATABASE_URL: 'file:./data/reelgate.db' };
  const jobId = await makeVideo(path, variables);
  const kinds = new Set(lines.map(({ words }) => words[0]));
  expect(kinds).toEqual(
    new Set(['backup', 'restore', 'losses', 'grant', 'refund', 'export', 'key', 'budget', 'audit']),
  );
  const outputs = new Map<string, string>();
  for (const { text, words } of lines) {
    const placed = words.map((word) =>
      // There was no upgrade in this test, so there is no copy of one; and each job has an id of its own.
      word.replace('data/reelgate.db.before-0.3.0', 'reelgate-backup.db').replace(/^Sm9i\w+$/, jobId),
    );
    const ended = await runGateway(path, variables, placed);
    expect(ended, text).toMatchObject({ code: 0 });
    outputs.set(text, ended.output);
  }
  expect(existsSync(join(path, 'reelgate-backup.db'))).toBe(true);
  const shown = [...outputs].map(([text, output]) => `${text}\n${output}`).join('\n');
  // The ledger and the audit log have what the commands before them booked.
  expect(outputs.get('reelgate export ledger --format csv > ledger.csv')).toContain(',REFUND,67,');
  expect(outputs.get('reelgate audit')).toContain('credits.refund');
  expect(shown).toContain('sk_test_');
}, 600_000);

/** Lets a gateway make a video, and stops it. Returns the job's id. */
async function makeVideo(path: string, variables: Readonly<Record<string, string>>): Promise<string> {
  const gateway = await startGateway(path, variables);
  onTestFinished(() => gateway.kill());
  const { data } = await request(gateway, generate, { input: { prompt: '@test/ok:1s' } });
  const { id } = data.generateVideo.job;
  const updates = subscribe(gateway, watchJob, { id });
  expect((await updates.all()).at(-1)?.data.jobUpdated.status).toBe('COMPLETED');
  await updates.close();
  expect(await gateway.stop()).toBe(0);
  return id;
}
