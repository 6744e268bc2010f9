import { describe, expect, test } from 'vitest';
import { readKeyCommand } from '../../src/cli/api-key.ts';
import { readAuditCommand } from '../../src/cli/audit.ts';
import { readBackupCommand, readRestoreCommand } from '../../src/cli/backup.ts';
import { readGrantCommand, readRefundCommand } from '../../src/cli/bookings.ts';
import { readBudgetCommand } from '../../src/cli/budget.ts';
import { readCommandLine, variablesWith } from '../../src/cli/command-line.ts';
import { readCopyUrls } from '../../src/cli/copy.ts';
import { readEraseCommand } from '../../src/cli/erase.ts';
import { readExportCommand } from '../../src/cli/export.ts';
import { readListenCommand } from '../../src/cli/listen.ts';
import { readMediaCommand } from '../../src/cli/media.ts';
import { usages } from '../../src/cli/usage.ts';
import { ConfigError } from '../../src/config/config.ts';

const read = (line: string) =>
  readCommandLine(
    line.split(' ').filter((word) => word !== ''),
    usages,
  );
const runs = (command: string, args: readonly string[] = [], envFile: string | null = null, isJson = false) => ({
  kind: 'run',
  command,
  args,
  envFile,
  isJson,
});

describe('the command line', () => {
  test('starts the gateway without a command', () => {
    expect(read('')).toEqual(runs('start'));
    expect(read('start')).toEqual(runs('start'));
  });

  test('leaves the arguments of a command to it', () => {
    expect(read('key create --user ana --env test')).toEqual(runs('key', ['create', '--user', 'ana', '--env', 'test']));
    expect(read('copy --from file:a --to postgres://b')).toEqual(
      runs('copy', ['--from', 'file:a', '--to', 'postgres://b']),
    );
  });

  test('takes a file of settings before and after the command', () => {
    expect(read('--env-file .env')).toEqual(runs('start', [], '.env'));
    expect(read('--env-file=live.env start')).toEqual(runs('start', [], 'live.env'));
    expect(read('losses --env-file .env')).toEqual(runs('losses', [], '.env'));
    expect(read('key list --env-file .env --user ana')).toEqual(runs('key', ['list', '--user', 'ana'], '.env'));
    for (const line of ['--env-file', 'start --env-file=']) {
      expect(read(line)).toMatchObject({ isAsked: false, text: expect.stringContaining('--env-file needs the name') });
    }
  });

  test('takes --json out of the arguments of every command that prints a result', () => {
    expect(read('losses --json')).toEqual(runs('losses', [], null, true));
    expect(read('key --json list --user ana')).toEqual(runs('key', ['list', '--user', 'ana'], null, true));
    for (const command of usages.each.keys()) {
      const isEndless = command === 'start' || command === 'listen' || command === 'export';
      expect(usages.withJson.has(command), command).toBe(!isEndless);
      expect(usages.each.get(command)?.includes('--json'), command).toBe(!isEndless);
    }
  });

  test('prints the version, and the usage of all commands and of each', () => {
    for (const line of ['--version', '-v']) expect(read(line)).toEqual({ kind: 'version' });
    for (const line of ['--help', '-h', 'help']) {
      expect(read(line)).toEqual({ kind: 'usage', text: usages.all, isAsked: true });
    }
    for (const [command, text] of usages.each) {
      for (const line of [`${command} --help`, `${command} -h`, `help ${command}`]) {
        expect(read(line), line).toEqual({ kind: 'usage', text, isAsked: true });
      }
      expect(text).toContain(`reelgate ${command === 'start' ? '[start]' : command}`);
      expect(usages.all).toContain(`  ${command} `);
    }
    expect(read('key create --help')).toMatchObject({ text: usages.each.get('key'), isAsked: true });
  });

  test.each([
    ['serve', 'Unknown command: serve'],
    ['help serve', 'Unknown command: serve'],
    ['--prot 4001', 'Unknown option --prot: reelgate start does not take it.'],
    ['start --port=4001', 'Unknown option --port=4001: reelgate start does not take it.'],
    ['start now', 'Unknown argument now: reelgate start does not take it.'],
    ['start --json', 'Unknown option --json: reelgate start does not take it.'],
    ['losses --jsn', 'Unknown option --jsn: reelgate losses does not take it.'],
    ['postgres://ana:secret@db/reelgate', 'Unknown command: …'],
    ['postgres://ana:one secret@db/reelgate', 'Unknown command: …'],
    ['help postgres://ana:one secret@db/reelgate', 'Unknown command: … …'],
    ['start postgres://ana:one secret@db/reelgate', 'Unknown argument …: reelgate start does not take it.'],
    ['start secret postgres://ana:@db/reelgate', 'Unknown argument …: reelgate start does not take it.'],
    ['losses --key=SG_secret', 'Unknown option --key=…: reelgate losses does not take it.'],
    ['SG_secret', 'Unknown command: …'],
  ])('refuses "%s" and names what is wrong', (line, sentence) => {
    const refused = read(line);
    expect(refused).toMatchObject({ kind: 'usage', isAsked: false, text: expect.stringContaining(`${sentence}\n\n`) });
    expect(JSON.stringify(refused)).not.toContain('secret');
  });

  test('reads settings from a file; those of the environment win', () => {
    const file = '# The gateway\nPORT=4001\nexport HOST="127.0.0.2"\nLOG_LEVEL=warn\n';
    expect(variablesWith('.env', () => file, { LOG_LEVEL: 'debug' })).toEqual({
      PORT: '4001',
      HOST: '127.0.0.2',
      LOG_LEVEL: 'debug',
    });
  });
});

describe('no command prints a password that stands in the wrong place:', () => {
  const lines: readonly (readonly [string, (args: readonly string[]) => unknown])[] = [
    ['', readCopyUrls],
    ['--env test --user ana --credits 5 --reason x', readGrantCommand],
    ['id --reason x', readRefundCommand],
    ['', readAuditCommand],
    ['list', readBudgetCommand],
    ['ana', readEraseCommand],
    ['jobs', readExportCommand],
    ['a.db', readBackupCommand],
    ['a.db', readRestoreCommand],
    ['move --to file:a', readMediaCommand],
    ['list', (args) => readKeyCommand(args, 0)],
    ['revoke', (args) => readKeyCommand(args, 0)],
    ['', (args) => readListenCommand(args, {})],
  ];

  test.each(lines)('%s', (line, read) => {
    const given = line.split(' ').filter((word) => word !== '');
    const secrets = [
      'postgres://u:hunter2@h/db',
      'SG_hunter2',
      'sk_live_hunter2',
      'postgres://u:a hunter2 b@h',
      '--x=hunter2@h',
    ];
    for (const secret of [...secrets, 'postgres://u:a. hunter2@h', "postgres://u:a'. hunter2@h"]) {
      for (const words of [secret.split(' '), [secret]])
        expect(read([...given, ...words]), secret).toEqual({ usage: expect.not.stringContaining('hunter2') });
    }
  });
});

describe('reelgate copy', () => {
  test('reads its two URLs', () => {
    expect(readCopyUrls(['--from', 'file:a.db', '--to', 'postgres://ana:p%40ss@db/reelgate'])).toEqual({
      from: 'file:a.db',
      to: 'postgres://ana:p%40ss@db/reelgate',
    });
  });

  test('names a wrong option, and never shows a URL', () => {
    expect(readCopyUrls(['--form', 'file:a.db'])).toEqual({
      usage: expect.stringContaining("Unknown option '--form'.\n"),
    });
    expect(readCopyUrls(['--from', 'file:a.db', 'postgres://u:secret@h/db'])).toEqual({
      usage: expect.stringMatching(/^Unexpected argument '…'\.\n/),
    });
    expect(readCopyUrls(['--from', 'file:a.db', 'b.db'])).toEqual({
      usage: expect.stringMatching(/^Unexpected argument 'b.db'\.\n/),
    });
    expect(readCopyUrls(['--from'])).toEqual({ usage: expect.stringContaining('--from') });
    const refused = [
      [[], '--from and --to are missing.'],
      [['--from', 'file:a.db'], '--to is missing.'],
      [['--from', 'file:a.db', '--to', 'mysql://u:secret@h/d'], '--to is postgres://…, not mysql:.'],
      [['--from', 'secret', '--to', 'postgres://h/d'], '--from is file:PATH, not a value without it.'],
    ] as const;
    for (const [words, sentence] of refused)
      expect(readCopyUrls(words)).toEqual({ usage: expect.stringContaining(`${sentence}\n\nUsage: reelgate copy`) });
    expect(() => readCopyUrls(['--from', 'file:a.db', '--to', 'postgres://ana:p@ss@db:x/y'])).toThrow(ConfigError);
    expect(() => readCopyUrls(['--from', 'file:a.db', '--to', 'postgres://h/d?sslmode=verify_full'])).toThrow(
      '--to must have an sslmode of disable, require, verify-full or no-verify, or none.',
    );
  });
});
