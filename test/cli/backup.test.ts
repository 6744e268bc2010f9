import { describe, expect, it } from 'vitest';
import {
  backupText,
  backupUsage,
  postgresText,
  readBackupCommand,
  readRestoreCommand,
  restoredText,
  restoreUsage,
} from '../../src/cli/backup.ts';

describe('the arguments of reelgate backup and restore', () => {
  it('are a file, and what may be done', () => {
    expect(readBackupCommand(['b.db'])).toEqual({ file: 'b.db', force: false });
    expect(readBackupCommand(['--force', 'b.db'])).toEqual({ file: 'b.db', force: true });
    expect(readBackupCommand([])).toEqual({ usage: `FILE is missing.\n\n${backupUsage}` });
    expect(readBackupCommand([''])).toEqual({ usage: expect.stringMatching(/^FILE is missing/) });
    expect(readBackupCommand(['a', 'b'])).toEqual({ usage: expect.stringMatching(/^Unexpected argument b: /) });
    expect(readBackupCommand(['postgres://h/d'])).toEqual({ usage: expect.stringMatching(/^FILE .* not a URL/) });
    expect(readBackupCommand(['--froce', 'b'])).toEqual({ usage: expect.stringMatching(/^Unknown option '--froce'/) });

    expect(readRestoreCommand(['b.db'])).toEqual({ file: 'b.db', isComplete: false });
    expect(readRestoreCommand(['b.db', '--complete'])).toEqual({ file: 'b.db', isComplete: true });
    expect(readRestoreCommand(['--in-place'])).toEqual({ file: null, isComplete: false });
    expect(readRestoreCommand([])).toEqual({ usage: `FILE is missing, or --in-place.\n\n${restoreUsage}` });
    for (const words of [[''], ['--complete']])
      expect(readRestoreCommand(words)).toEqual({ usage: expect.stringMatching(/^FILE is missing/) });
    expect(readRestoreCommand(['a', 'b'])).toEqual({ usage: expect.stringMatching(/^Unexpected argument b: /) });
    expect(readRestoreCommand(['--in-place', 'b'])).toEqual({ usage: expect.stringMatching(/^b and --in-place/) });
    expect(readRestoreCommand(['--inplace'])).toEqual({ usage: expect.stringMatching(/^Unknown option '--inplace'/) });
  });
});

const content = { jobs: 3, accounts: 2, newestAt: 1_800_000_000_000 };

describe('what reelgate backup prints', () => {
  const bucket = { kind: 's3', bucket: 'clips', prefix: 'prod', endpoint: '', region: '', accessKeyId: 'a' } as const;

  it('says where the videos are, and how to save them', () => {
    const text = (media: Parameters<typeof backupText>[2]) => backupText({ ...content, bytes: 4096 }, 'b.db', media);
    expect(text({ kind: 'none' })).toBe(
      'Backed up to b.db: 3 jobs and 2 accounts, 4096 bytes. It is whole, and every ledger adds up.\n' +
        'It holds the secret that signs client tokens: keep it as safe as the database.',
    );
    expect(text({ kind: 'file', folder: "data/it's videos" })).toContain(
      "rsync -a --exclude temporary 'data/it'\\''s videos/' BACKUP_FOLDER/",
    );
    const s3 = text({ ...bucket, secretAccessKey: 'hidden-key' });
    expect(s3).toContain('they are in the bucket clips');
    expect(s3).toContain('aws s3 sync s3://clips/prod');
    expect(s3).not.toContain('hidden-key');
  });

  it('says how PostgreSQL does it, and shows no password', () => {
    const urls = [
      'postgres://ana:hidden@db.example:5433/reelgate?sslmode=require',
      'postgres://ana:hid%40den@db.example:5433/reelgate?sslmode=require&password=hidden&sslpassword=hidden',
      'postgres://ana:hidden@/reelgate?host=/run/postgresql',
    ];
    for (const url of urls) {
      for (const command of ['backup', 'restore'] as const) expect(postgresText(url, command, 'b')).not.toMatch(/hid/);
    }
    expect(postgresText(urls[1] ?? '', 'backup', 'my backup')).toContain(
      "pg_dump --format=custom --no-owner --file='my backup' " +
        "'postgres://ana@db.example:5433/reelgate?sslmode=require'\n",
    );
    expect(postgresText(urls[0] ?? '', 'restore', 'b')).toContain('pg_restore --no-owner --exit-on-error');
  });
});

it('a restore prints what it did, how old it is, and what it kept', () => {
  const given = { backup: 'b.db', file: 'data/reelgate.db', notes: ['A new incarnation begins.'] };
  expect(restoredText({ ...content, kept: 'old.db' }, { ...given, media: { kind: 'file', folder: 'v' } })).toBe(
    [
      'Restored b.db to data/reelgate.db: 3 jobs and 2 accounts. It is whole, and every ledger adds up.',
      'Its newest event is of 2027-01-15T08:00:00.000Z.',
      'A new incarnation begins.',
      'The replaced database is old.db: remove it once you need it no more.',
      'Videos are not in it: restore them too, before the start.',
      'What to check now: "After a restore" in docs/operations.md.',
    ].join('\n'),
  );
});
