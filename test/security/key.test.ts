import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readKeyCommand, runKeyCommand } from '../../src/cli/api-key.ts';
import { createKeyring } from '../../src/gateway/credentials.ts';
import { projectRoot } from '../../src/lib/package.ts';
import { eventually } from '../server/world.ts';
import { openInMemory } from '../store/sqlite-world.ts';
import { createManualClock } from '../world/clock.ts';
import { makeFolder, request, runGateway, startGateway, subscribe } from '../world/gateway.ts';

const generate =
  'mutation { generateVideo(input: { prompt: "@test/ok:1s" }) { __typename ... on Failure { message } } }';

describe('reelgate key', () => {
  it('prints a new key alone to standard output, for a pipe', async () => {
    const folder = await makeFolder();
    onTestFinished(folder.remove);
    const program = join(projectRoot(), 'bin/reelgate.js');
    const { PATH = '', HOME = '' } = process.env;
    const words = ['key', 'create', '--user', 'ada', '--env', 'test', '--scopes', 'admin'];
    const made = spawnSync(process.execPath, [program, ...words], {
      cwd: folder.path,
      encoding: 'utf8',
      env: { PATH, HOME, DATABASE_URL: `file:${join(folder.path, 'reelgate.db')}` },
    });
    expect(made.stdout).toMatch(/^sk_test_[0-9a-f]{32}_[\w-]{43}\n$/);
    expect(made.stderr).toContain('Copy it now');
    expect(made.stderr).not.toContain(made.stdout.trim());
  }, 240_000);

  it('creates a key that works at once beside a gateway, lists it, and revokes it', async () => {
    const folder = await makeFolder();
    onTestFinished(folder.remove);
    const made = await runGateway(folder.path, {}, ['key', 'create', '--user', 'ada', '--env', 'test']);
    const key = /sk_test_[0-9a-f]{32}_[\w-]{43}/.exec(made.output)?.[0] ?? '';
    expect(made).toMatchObject({
      code: 0,
      output: expect.stringContaining('user ada  jobs:read jobs:write credits:read'),
    });
    // The gateway that is meant may have its database elsewhere.
    expect(made.output).toContain('reelgate.db is a new database. If the gateway uses another, set DATABASE_URL');

    const gateway = await startGateway(folder.path);
    onTestFinished(async () => void (await gateway.stop()));
    const response = await request(gateway, '{ viewer { userId environment scopes } }', {}, key);
    expect(response.data.viewer).toEqual({
      userId: 'ada',
      environment: 'TEST',
      scopes: ['JOBS_READ', 'JOBS_WRITE', 'CREDITS_READ'],
    });
    expect((await request(gateway, generate, {}, key)).data.generateVideo.__typename).toBe('GenerateVideoSuccess');
    const watching = subscribe(gateway, 'subscription { accountUpdated { userId } }', {}, key);
    expect(await watching.next()).toMatchObject({ data: { accountUpdated: { userId: 'ada' } } });
    await watching.close();

    const list = await runGateway(folder.path, {}, ['key', 'list']);
    expect(list.output).not.toContain('is a new database');
    expect(list.output).toMatch(/sk_test_.*user ada.*last used 20/);
    expect(list.output).not.toContain(key);
    expect((await runGateway(folder.path, {}, ['key', 'list', '--user', 'eve'])).output).toContain(
      'There are no keys.',
    );

    const revoked = await runGateway(folder.path, {}, ['key', 'revoke', key.slice(0, 40)]);
    expect(revoked).toMatchObject({ code: 0, output: expect.stringContaining('REVOKED') });
    // The gateway keeps a verified key for five seconds.
    await eventually(async () => (await request(gateway, '{ viewer { userId } }', {}, key)).errors).toMatchObject([
      { message: 'The key has been revoked.', extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    expect(gateway.output()).not.toContain(key);
  }, 240_000);
});

describe('the arguments of reelgate key', () => {
  it.each([
    [[], 'The command after reelgate key is missing: create, list or revoke.\n\nUsage: reelgate key'],
    [['create'], '--user is missing.'],
    [['create', '--user', 'ada'], '--env is missing: test or live.'],
    [['create', '--env', 'test'], '--user is missing.'],
    [['create', 'ada', '--env', 'test'], 'Unexpected argument ada: reelgate key create takes options alone.'],
    [['create', '--user', 'ada', '--env', 'prod'], '--env is test or live, not prod.'],
    [['create', '--user', 'ada', '--env', 'test', '--scopes', 'all'], '--scopes lists'],
    [['create', '--user', 'ada', '--env', 'test', '--scopes', ''], '--scopes lists'],
    [['create', '--user', 'ada', '--env', 'test', '--days', '0'], '--days is'],
    [['create', '--user', 'ada', '--env', 'test', '--days', '1e3'], '--days is'],
    [['revoke'], 'NAME is missing'],
    [['revoke', 'nonsense'], 'is not the name of a key'],
    [['revoke', 'a', 'b'], 'Unexpected argument b: reelgate key revoke takes one NAME.'],
    [['list', '--colour', 'red'], "Unknown option '--colour'."],
    [['rotate'], 'The command after reelgate key is create, list or revoke, not rotate.'],
  ])('are refused with a sentence if they are invalid: %j', (words, sentence) => {
    expect(readKeyCommand(words, 0)).toEqual({ usage: expect.stringContaining(sentence) });
  });

  it('choose what to create, list and revoke; the result is printed for a person', async () => {
    const { store } = await openInMemory();
    const clock = createManualClock();
    const keyring = createKeyring({ store, clock });
    const run = async (...words: string[]) => {
      const command = readKeyCommand(words, clock.now());
      if ('usage' in command) throw new Error(command.usage);
      return runKeyCommand(command, keyring);
    };
    expect(await run('list')).toEqual({
      text: 'There are no keys.',
      json: { keys: [], isComplete: true },
      isDone: true,
    });
    expect(await run('create', '--user', '', '--env', 'test')).toMatchObject({ isDone: false });
    const scopes = 'jobs:read, credits:read';
    const made = await run('create', '--user', 'bob\u202e', '--env', 'live', '--scopes', scopes, '--days', '90');
    const key = made.text;
    const [, line = ''] = made.note?.split('\n') ?? [];
    expect(key).toMatch(/^sk_live_[0-9a-f]{32}_[\w-]{43}$/);
    expect(line).toBe(
      `${key.slice(0, 40)}  user bob?  jobs:read credits:read  made 2026-01-01T00:00:00.000Z  never used  expires 2026-04-01T00:00:00.000Z`,
    );
    const other = await run('create', '--user', 'ada', '--env', 'test');
    const otherKey = other.text;
    expect((await run('list')).text.split('\n')).toEqual([line, other.note?.split('\n')[1]]);
    expect((await run('list', '--user', 'ada')).text).toMatch(/^sk_test_.* user ada /);
    expect((await run('list', '--env', 'live')).text).toBe(line);
    expect((await run('list')).text).not.toContain(key);
    for (const name of [otherKey, otherKey.slice(0, 40)]) {
      expect(await run('revoke', name)).toMatchObject({
        isDone: true,
        text: expect.stringContaining('REVOKED 2026-01-01'),
      });
    }
    expect(await run('revoke', `sk_test_${'0'.repeat(32)}`)).toMatchObject({
      text: 'There is no such key.',
      isDone: false,
    });
  });
});
