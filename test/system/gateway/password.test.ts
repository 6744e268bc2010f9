import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '../../../src/adapter/log/pino.ts';
import { makeFolder, runGateway, startGateway } from '../../world/gateway.ts';
import { hasPostgres, startPostgres } from '../world/postgres.ts';
import { freePort } from '../world/redis.ts';

async function openFolder(): Promise<string> {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  return folder.path;
}

test.runIf(hasPostgres)(
  'the banner names a database without its password, whatever characters that has (needs the Debian package postgresql)',
  async () => {
    const server = await startPostgres();
    onTestFinished(server.stop);
    const url = new URL(await server.newDatabase());
    const databaseUrl = `postgres://reelgate:hun@ter2:hun@ter3@${url.host}${url.pathname}`;
    const gateway = await startGateway(await openFolder(), { DATABASE_URL: databaseUrl });
    onTestFinished(gateway.kill);
    expect(gateway.output()).toContain(`Database     PostgreSQL at ${url.host}${url.pathname}\n`);
    expect(await gateway.stop()).toBe(0);
    expect(gateway.output()).not.toMatch(/hun|ter2|ter3/);
  },
);

test('no command prints any part of an unescaped password', async () => {
  const folder = await openFolder();
  for (const password of ['1/hunter2', '1#hunter2', '1?hunter2', 'hunter2%', 'hunter2@', 'hunter2/']) {
    const url = `postgres://r:${password}@127.0.0.1:1/db`;
    const copy = ['copy', '--from', `file:${folder}/none.db`, '--to', url];
    const runs = await Promise.all([
      runGateway(folder, { DATABASE_URL: url }),
      runGateway(folder, { DATABASE_URL: url }, ['key', 'list', '--env', 'test']),
      runGateway(folder, {}, copy),
      runGateway(folder, {}, ['start', url]),
    ]);
    for (const { code, output } of runs) {
      expect(code).not.toBe(0);
      expect(output).not.toMatch(/hunter|^\s+at /m);
    }
  }
});

test('a PostgreSQL that accepts a connection and never responds ends the start with a sentence', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const sockets = new Set<{ destroy(): void }>();
  silent.on('connection', (socket) => void sockets.add(socket.on('error', () => undefined)));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const address = silent.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const folder = await openFolder();
  const run = await runGateway(folder, { DATABASE_URL: `postgres://r:hunter22@127.0.0.1:${port}/db` });
  expect(run).toMatchObject({ code: 1 });
  expect(run.output).toContain(`PostgreSQL at 127.0.0.1:${port}/db cannot be used`);
  expect(run.output).not.toContain('hunter22');
});

test('a HOST that cannot be resolved, or belongs to another machine, is reported with a sentence', async () => {
  const folder = await openFolder();
  const settings = { AUTH_JWT_SECRET: 'x'.repeat(32), PUBLIC_URL: 'https://video.example' };
  for (const host of ['no.such.host.invalid', '192.0.2.1']) {
    const run = await runGateway(folder, { ...settings, HOST: host, PORT: `${await freePort()}` });
    expect(run).toMatchObject({ code: 1 });
    expect(run.output).toContain(`Reelgate was not started.\nHOST ${host} `);
    expect(run.output).not.toMatch(/^\s+at /m);
  }
});

test('the log leaves out whole secrets, also in JSON escapes, and no letters within words', () => {
  const lines: string[] = [];
  const write = process.stderr.write;
  onTestFinished(() => {
    process.stderr.write = write;
  });
  process.stderr.write = (line: string | Uint8Array) => {
    lines.push(String(line));
    return true;
  };
  createLog('info', { keys: [''], passwords: ['hun"ter\\22', 'ed', ''] }).info(
    { reason: 'refused hun"ter\\22' },
    'Stopped.',
  );
  process.stderr.write = write;
  expect(lines.join('')).toContain('"reason":"refused [redacted]","msg":"Stopped."');
});
