import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../src/adapter/store/open.ts';
import { newId } from '../store/contract/world.ts';
import {
  makeFolder,
  request,
  runGateway,
  startGateway,
  type TestGateway,
  testSecret,
  tokenOf,
} from '../world/gateway.ts';

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server listening on TCP has a port.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const rowCount = 6000;

const grant = `mutation ($credits: Int!) { grantCredits(input: { userId: "ada", credits: $credits, reason: "More" }) {
  ... on GrantCreditsSuccess { account { balance } } } }`;

type Row = {
  readonly cursor: string;
  readonly userId: string;
  readonly number: number;
  readonly reason: string;
  readonly credits: number;
};

/** The whole lines of a part of a file. */
function rowsOf(text: string): readonly Row[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line !== '').map((line): Row => JSON.parse(line));
}

describe('GET /export of a gateway below a path', () => {
  let gateway: TestGateway;
  let folder: { readonly path: string; readonly remove: () => Promise<void> };
  let admin: string;
  let url: string;

  beforeAll(async () => {
    folder = await makeFolder();
    const port = await freePort();
    const publicUrl = `http://127.0.0.1:${port}/reelgate`;
    const settings = { AUTH_JWT_SECRET: testSecret, PORT: String(port), PUBLIC_URL: publicUrl };
    gateway = await startGateway(folder.path, settings);
    url = `${publicUrl}/export`;
    admin = await tokenOf('root', { env: 'test', roles: ['admin'] });
    const options = { newId, exclusive: false, mustExist: true };
    const store = await openStore(`file:${join(folder.path, 'reelgate.db')}`, options);
    const account = { owner: 'ada', environment: 'TEST' } as const;
    const reason = `=HYPERLINK("x"), ${'long '.repeat(150)}`;
    for (let from = 0; from < rowCount; from += 1000) {
      const entry = { account, credits: 1, reason, idempotencyKey: null, signupCredits: 0, createdAt: 1000 + from };
      await Promise.all(Array.from({ length: 1000 }, () => store.grant(entry)));
    }
    await store.close();
  }, 240_000);
  afterAll(async () => {
    await gateway.stop();
    await folder.remove();
  });

  const ask = (path: string, token: string | null = admin, method = 'GET') =>
    fetch(`${url}${path}`, { method, headers: token === null ? {} : { authorization: `Bearer ${token}` } });

  test('is for admins, and refuses with a sentence', async () => {
    const user = await tokenOf('ada', { env: 'test' });
    const cases: [string, string | null, string, number, string][] = [
      ['/ledger.csv', null, 'GET', 401, 'UNAUTHENTICATED'],
      ['/ledger.csv', 'nonsense', 'GET', 401, 'UNAUTHENTICATED'],
      ['/ledger.csv', user, 'GET', 403, 'FORBIDDEN'],
      ['/ledger.csv', admin, 'POST', 405, 'BAD_USER_INPUT'],
      ['/audit.csv', null, 'GET', 401, 'UNAUTHENTICATED'],
      ['/audit.ndjson', user, 'GET', 403, 'FORBIDDEN'],
      ['/ledger.txt', admin, 'GET', 404, 'NOT_FOUND'],
      ['/audit', admin, 'GET', 404, 'NOT_FOUND'],
      ['/audit.csv.csv', admin, 'GET', 404, 'NOT_FOUND'],
      ['/audit.csv?from=yesterday', admin, 'GET', 400, 'BAD_USER_INPUT'],
      ['/ledger.csv?from=2026-11-02&to=2026-11-01', admin, 'GET', 400, 'BAD_USER_INPUT'],
      ['/ledger.csv?after=x', admin, 'GET', 400, 'BAD_USER_INPUT'],
    ];
    for (const [path, token, method, status, code] of cases) {
      const response = await ask(path, token, method);
      expect([path, response.status]).toEqual([path, status]);
      expect(await response.json()).toMatchObject({
        errors: [{ message: expect.stringMatching(/\.$/), extensions: { code } }],
      });
    }
    expect((await ask('/ledger.csv', null)).headers.get('www-authenticate')).toBe('Bearer');
  });

  test('waits for a slow reader, holds nothing meanwhile, and goes on from the last whole row', async () => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { authorization: `Bearer ${admin}` };
      get(`${url}/ledger.ndjson`, { headers }, resolve).on('error', reject);
    });
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({ 'content-type': 'application/x-ndjson; charset=utf-8' });
    response.pause();
    await sleep(1500);
    // The file has 5 MB: most of it must still be in the database, whose writers are not held up.
    const received = response.readableLength + response.socket.bytesRead;
    expect(received).toBeLessThan(4_000_000);
    expect((await request(gateway, grant, { credits: 2 }, admin)).data.grantCredits.account.balance).toBeGreaterThan(0);
    let part = '';
    for await (const chunk of response.setEncoding('utf8')) {
      part += chunk;
      if (part.length > 1_500_000) break;
    }
    const rows = rowsOf(part);
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.length).toBeLessThan(rowCount);
    for (const credits of [3, 4]) await request(gateway, grant, { credits }, admin);
    const rest = rowsOf(await (await ask(`/ledger.ndjson?after=${rows.at(-1)?.cursor}`)).text());
    // The admin has an account, too, with its sign-up credits.
    const all = [...rows, ...rest].filter(({ userId }) => userId === 'ada');
    expect(new Set(all.map(({ number }) => number)).size).toBe(all.length);
    expect(all.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(all.map((_, index) => index + 1));
    expect(all.slice(-3).map(({ credits }) => credits)).toEqual([2, 3, 4]);
  }, 60_000);

  test('has a header line at the beginning only, and cells that no spreadsheet runs', async () => {
    const response = await ask('/ledger.csv');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="ledger.csv"');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const text = await response.text();
    const [header, line = ''] = text.split('\r\n');
    expect(header).toBe('cursor,id,userId,environment,number,kind,credits,balanceAfter,jobId,reason,createdAt');
    expect(line).toContain(`,"'=HYPERLINK(""x""), long`);
    const cursor = text.trimEnd().split('\r\n').at(-1)?.split(',')[0];
    expect(await (await ask(`/ledger.csv?after=${cursor}`)).text()).toBe('');
    expect(await (await ask('/jobs.csv')).text()).toMatch(/^cursor,id,jobId,userId,[^\n]*finishedAt\r\n$/);
    const head = await ask('/jobs.ndjson', admin, 'HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
  }, 60_000);

  test('has the audit log, of a period if one is asked for', async () => {
    const response = await ask('/audit.csv');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="audit.csv"');
    const [header, ...lines] = (await response.text()).trimEnd().split('\r\n');
    expect(header).toBe('cursor,environment,at,actor,action,target,reason,details');
    expect(lines[0]).toMatch(/,TEST,[^,]+Z,gateway,settings\.start,installation,The first start with an audit log\.,"/);
    expect(lines.at(-1)).toMatch(/,TEST,[^,]+Z,user root,credits\.grant,user ada,More,4 credits$/);
    const grants = rowsOf(await (await ask('/audit.ndjson')).text()).slice(1);
    expect(grants).toMatchObject([2, 3, 4].map((credits) => ({ actor: 'user root', details: `${credits} credits` })));
    const rest = rowsOf(await (await ask(`/audit.ndjson?after=${grants[0]?.cursor}`)).text());
    expect(rest).toEqual(grants.slice(1));
    expect(await (await ask('/audit.ndjson?to=2026-01-01')).text()).toBe('');
    const since = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    expect(rowsOf(await (await ask(`/audit.ndjson?from=${since}`)).text()).slice(1)).toEqual(grants);
    // The entries were booked with instants of 1970.
    expect(rowsOf(await (await ask('/ledger.ndjson?to=1970-01-01T00:00:02Z')).text())).toHaveLength(1000);

    const command = ['export', 'audit', '--format', 'csv', '--env', 'test'];
    const printed = await runGateway(folder.path, {}, command);
    expect(printed).toEqual({ code: 0, output: await (await ask('/audit.csv')).text() });
    const none = await runGateway(folder.path, {}, [...command, '--to', '2026-01-01']);
    expect(none).toEqual({ code: 0, output: `${header}\r\n` });
    const wrong = await runGateway(folder.path, {}, [...command, '--from', 'yesterday']);
    expect(wrong).toMatchObject({ code: 2, output: expect.stringMatching(/^--from and --to are dates/) });
  }, 120_000);

  test('gives what reelgate export prints, beside the gateway', async () => {
    const command = ['export', 'ledger', '--format', 'csv', '--env', 'test'];
    const { code, output } = await runGateway(folder.path, {}, command);
    expect(code).toBe(0);
    expect(output).toBe(await (await ask('/ledger.csv')).text());
    const wrong = await runGateway(folder.path, {}, [...command, '--after', 'x']);
    expect(wrong).toEqual({ code: 1, output: '--after is not a cursor of this export.\n' });
    expect((await runGateway(folder.path, {}, ['export', 'videos'])).code).toBe(2);
  }, 60_000);
});
