import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { generate } from '../../gateway/operations.ts';
import {
  type HttpResponse,
  makeFolder,
  request,
  runGateway,
  startGateway,
  type TestGateway,
  tokenOf,
} from '../../world/gateway.ts';
import { openTestProvider } from '../../world/provider.ts';
import { canMount } from './mount.ts';
import { ada, readAudited, settingsFor, withStore } from './world.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A way in which a database stops accepting writes for a while. */
type Trouble = {
  readonly begin: (folder: string, gateway: TestGateway) => void;
  readonly end: (folder: string, gateway: TestGateway) => void;
};

/** Every page of the disk is used. */
const fullDisk: Trouble = {
  begin(folder) {
    const filler = openSync(join(folder, 'filler'), 'w');
    for (let size = 65_536; size >= 1; size /= 16) writeUntilFull(filler, Buffer.alloc(size));
    closeSync(filler);
  },
  end: (folder) => rmSync(join(folder, 'filler')),
};

function writeUntilFull(file: number, chunk: Buffer): void {
  try {
    while (writeSync(file, chunk) === chunk.length);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

/**
 * The kernel refuses every write to a file, as it does on a disk that went read-only. Remounting cannot simulate that: Linux refuses it
 * while files are open for writing, and a file system that did it by itself, after an error, never turns back.
 */
const noWrites: Trouble = {
  begin: (_folder, gateway) => limitFileSize(gateway, '0'),
  end: (_folder, gateway) => limitFileSize(gateway, 'unlimited'),
};

function limitFileSize({ process: { pid } }: TestGateway, bytes: string): void {
  execFileSync('/usr/bin/prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
}

/** Another process locks the database and does not release it. */
function lockedFile(): Trouble {
  let other: Database.Database | null = null;
  return {
    begin(folder) {
      other = new Database(join(folder, 'reelgate.db'));
      other.exec('BEGIN EXCLUSIVE');
    },
    end: () => void other?.close(),
  };
}

/** A folder on a small disk of its own. */
async function makeDisk(): Promise<string> {
  const { path, remove } = await makeFolder();
  onTestFinished(remove);
  const disk = join(path, 'disk');
  mkdirSync(disk);
  execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=4m', 'reelgate-test', disk]);
  onTestFinished(() => void execFileSync('/bin/umount', [disk]));
  return disk;
}

async function makePlace(): Promise<string> {
  const { path, remove } = await makeFolder();
  onTestFinished(remove);
  return path;
}

async function openWorld(folder: string) {
  const provider = await openTestProvider();
  onTestFinished(provider.close);
  const gateway = await startGateway(folder, settingsFor(provider));
  onTestFinished(() => gateway.kill());
  return { provider, gateway, token: await tokenOf(ada.owner), admin: await tokenOf('root', { roles: ['admin'] }) };
}

async function statusOf(gateway: TestGateway, path: string): Promise<unknown> {
  const response = await fetch(gateway.url + path);
  return { status: response.status, body: await response.json() };
}

const grant = `mutation { grantCredits(input: { userId: "bob", credits: 5, reason: "x" }) { __typename } }`;

const myJobs = '{ jobs { totalCount nodes { prompt status } } }';

/** The whole story: a POST is in flight when the fault begins, and gets its response before the fault ends. */
async function expectToOutlast(folder: string, { begin, end }: Trouble): Promise<void> {
  const { provider, gateway, token, admin } = await openWorld(folder);
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  provider.script = { submit: () => released.then(() => false) };
  const first = request(gateway, generate, { input: { prompt: 'first' } }, token);
  await vi.waitFor(() => expect(provider.submissions).toHaveLength(1), { timeout: 60_000 });
  begin(folder, gateway);
  release();
  await first;

  // The outcome of the POST is in memory, and the operator can see it.
  await vi.waitFor(() => expect(provider.accepted.size).toBe(1), { timeout: 60_000 });
  const [requestId] = provider.accepted.keys();
  await vi.waitFor(
    () => expect(gateway.output()).toMatch(new RegExp(`"requestId":"${requestId}","event":"accepted"`)),
    {
      timeout: 60_000,
    },
  );
  const second = { prompt: 'second', idempotencyKey: 'key' };
  await expectMasked(await request(gateway, generate, { input: second }, token), gateway);
  await expectMasked(await request(gateway, grant, {}, admin), gateway);
  const stillThere = { jobs: { totalCount: 1, nodes: [{ prompt: 'first', status: 'PENDING' }] } };
  expect((await request(gateway, myJobs, {}, token)).data).toEqual(stillThere);
  const notReady = { status: 'not ready', reason: 'The database cannot be written to.' };
  expect(await statusOf(gateway, '/readyz')).toEqual({ status: 503, body: notReady });
  expect(await statusOf(gateway, '/healthz')).toMatchObject({ status: 200 });

  end(folder, gateway);
  await vi.waitFor(async () => expect(await statusOf(gateway, '/readyz')).toMatchObject({ status: 200 }), {
    timeout: 60_000,
  });
  const { data } = await request(gateway, generate, { input: second }, token);
  expect(data.generateVideo).toMatchObject({ replayed: false, job: { prompt: 'second' } });
  const completed = { jobs: { nodes: ['second', 'first'].map((prompt) => ({ prompt, status: 'COMPLETED' })) } };
  await vi.waitFor(async () => expect((await request(gateway, myJobs, {}, token)).data).toMatchObject(completed), {
    timeout: 60_000,
  });
  expect(await gateway.stop()).toBe(0);
  expect(provider.submissions.map(({ prompt }) => prompt)).toEqual(['first', 'second']);
  expect(await withStore(folder, readAudited)).toHaveLength(2);
}

/** The client gets a request id and nothing about the database; the operator finds the fault under that id. */
async function expectMasked(answered: HttpResponse, gateway: TestGateway): Promise<void> {
  expect(answered.data ?? null).toBeNull();
  expect(answered).toMatchObject({
    errors: [
      expect.objectContaining({
        message: 'Something went wrong on our side. Quote the request id when you report it.',
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) },
      }),
    ],
  });
  const requestId = /"requestId":"([^"]+)"/.exec(JSON.stringify(answered))?.[1] ?? 'none';
  const lines = () =>
    gateway
      .output()
      .split('\n')
      .filter((line) => line.includes(requestId));
  // The log comes through a pipe, the response through a socket: either may be read first.
  await vi.waitFor(() => expect(lines()).toEqual([expect.stringMatching(/"code":"SQLITE_(FULL|IOERR|BUSY)/)]), {
    timeout: 60_000,
  });
}

describe.runIf(canMount())('on a disk of its own (a tmpfs, so run the tests as root)', () => {
  test('a gateway survives a full disk: nothing half done, and everything goes on once there is space', async () => {
    await expectToOutlast(await makeDisk(), fullDisk);
  });

  test('a gateway does not start on a read-only disk, and reports it', async () => {
    const disk = await makeDisk();
    const first = await startGateway(disk);
    expect(await first.stop()).toBe(0);
    execFileSync('/bin/mount', ['-o', 'remount,ro', disk]);
    const { code, output } = await runGateway(disk, {});
    expect(code).toBe(1);
    expect(output).toMatch(/^Reelgate was not started\.\nThe database .* cannot be (opened|written to)/m);
    execFileSync('/bin/mount', ['-o', 'remount,rw', disk]);
    const again = await startGateway(disk);
    expect(await again.stop()).toBe(0);
  });
});

describe.runIf(existsSync('/usr/bin/prlimit'))('if the kernel can be made to refuse writes (util-linux)', () => {
  test('a gateway survives a disk that accepts no writes', async () => {
    await expectToOutlast(await makePlace(), noWrites);
  });
});

test('a gateway survives a database file that another process has locked', async () => {
  await expectToOutlast(await makePlace(), lockedFile());
});
