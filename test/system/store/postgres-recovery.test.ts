import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../../src/adapter/store/open.ts';
import { admit, newId } from '../../store/contract/world.ts';
import { makeFolder, runGateway } from '../../world/gateway.ts';
import { hasPostgres, postgresProgram, query, startPostgres } from '../world/postgres.ts';

async function open(url: string) {
  const notes: string[] = [];
  const store = await openStore(url, { newId, exclusive: true, warn: (sentence) => void notes.push(sentence) });
  onTestFinished(() => store.close());
  return { store, notes };
}

describe.runIf(hasPostgres)('a point-in-time recovery (needs the Debian package postgresql)', () => {
  test('is not recognized by the start, and reelgate restore --in-place begins the new incarnation', async () => {
    const server = await startPostgres();
    onTestFinished(server.stop);
    const url = await server.newDatabase();
    const { store } = await open(url);
    const { job: before } = await admit(store);
    const { port, socketFolder } = server;

    const recovered = await startPostgres({
      fill(data, user) {
        const options = [
          '-h',
          socketFolder,
          '-p',
          String(port),
          '-U',
          'reelgate',
          '-D',
          data,
          '-X',
          'stream',
          '-c',
          'fast',
        ];
        execFileSync(postgresProgram('pg_basebackup'), options, { ...user, cwd: socketFolder, stdio: 'pipe' });
        // Both stand after the backup: the log of the server has them.
        const sql = "SELECT pg_create_restore_point('the point')";
        execFileSync(postgresProgram('psql'), [
          '-h',
          socketFolder,
          '-p',
          String(port),
          '-U',
          'reelgate',
          'postgres',
          '-c',
          sql,
        ]);
        execFileSync(postgresProgram('psql'), [
          '-h',
          socketFolder,
          '-p',
          String(port),
          '-U',
          'reelgate',
          'postgres',
          '-c',
          'SELECT pg_switch_wal()',
        ]);
        writeFileSync(join(data, 'recovery.signal'), '');
        appendFileSync(
          join(data, 'postgresql.auto.conf'),
          [
            `restore_command = 'cp ${socketFolder}/data/pg_wal/%f %p'`,
            "recovery_target_name = 'the point'",
            "recovery_target_action = 'promote'\n",
          ].join('\n'),
        );
      },
    });
    onTestFinished(recovered.stop);
    const to = url.replace(`:${port}/`, `:${recovered.port}/`);
    await expect
      .poll(() => query(to, 'SELECT pg_is_in_recovery() AS still'), { timeout: 30_000 })
      .toEqual([{ still: false }]);

    const { job: lost } = await admit(store);
    const { store: unaware, notes } = await open(to);
    expect(notes).toEqual([]);
    expect(await unaware.incarnation()).toBeNull();
    expect(await unaware.findJob(before.id)).toEqual(before);
    expect(await unaware.findJob(lost.id)).toBeNull();
    await unaware.close();

    const { path, remove } = await makeFolder();
    onTestFinished(remove);
    expect(await runGateway(path, { DATABASE_URL: to, MEDIA_STORE: 'none' }, ['restore', '--in-place'])).toMatchObject({
      code: 0,
      output: expect.stringContaining('a new incarnation begins'),
    });
    expect(await (await open(to)).store.incarnation()).toMatch(/^[0-9a-f]{16}$/);
  }, 240_000);
});
