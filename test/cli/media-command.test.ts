import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mediaUsage, readMediaCommand, readMoveTarget, variablesOfMove } from '../../src/cli/media.ts';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import { eventually } from '../server/world.ts';
import { makeFolder, request, runGateway, startGateway, type TestGateway } from '../world/gateway.ts';

const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('the arguments of reelgate media', () => {
  it('are move and the store', () => {
    expect(readMediaCommand(['move', '--to', 's3://videos/prod'])).toEqual({ to: 's3://videos/prod' });
    const refused = [
      [[], 'The command after reelgate media is missing: move.'],
      [['move'], '--to is missing.'],
      [['mvoe', '--to', 'file:a'], 'The command after reelgate media is move, not mvoe.'],
      [['move', 'all', '--to', 'file:a'], 'Unexpected argument all: reelgate media move takes --to STORE.'],
    ] as const;
    for (const [words, sentence] of refused)
      expect(readMediaCommand(words)).toEqual({ usage: `${sentence}\n\n${mediaUsage}` });
    expect(readMediaCommand(['move', '--form', 'file:a'])).toEqual({
      usage: expect.stringContaining("Unknown option '--form'.\n"),
    });
  });

  it('read the store with the S3_ settings', () => {
    const keys = { S3_ACCESS_KEY_ID: 'a', S3_SECRET_ACCESS_KEY: 'b' };
    const here = { kind: 'file', folder: './data/videos' } as const;
    const bucket = { kind: 's3', bucket: 'videos', prefix: 'prod', region: 'us-east-1', accessKeyId: 'a' } as const;
    expect(readMoveTarget('s3://videos/prod', here, keys)).toMatchObject(bucket);
    expect(readMoveTarget('file:elsewhere', here, {})).toEqual({ kind: 'file', folder: 'elsewhere' });
    const refused = [
      ['s3://videos', here, {}, 'S3_ACCESS_KEY_ID must be set because --to is in S3.'],
      ['videos', here, {}, '--to must be file:PATH, s3://BUCKET, s3://BUCKET/PREFIX or none.'],
      ['none', here, {}, '--to is none: name the store that shall hold the videos.'],
      ['file:elsewhere', { kind: 'none' }, {}, 'MEDIA_STORE is none: there is nothing to move.'],
      ['file:data/videos/', here, {}, '--to is the store that MEDIA_STORE names'],
      ['s3://videos/prod/', readMoveTarget('s3://videos/prod', here, keys), keys, '--to is the store that'],
    ] as const;
    for (const [to, from, variables, sentence] of refused) {
      expect(() => readMoveTarget(to, from, variables), to).toThrow(ConfigError);
      expect(() => readMoveTarget(to, from, variables), to).toThrow(sentence);
    }
  });

  it('take an old store that a serving gateway would refuse by now', () => {
    const after = { MEDIA_STORE: 'file:old', REDIS_URL: 'redis://127.0.0.1', MEDIA_REDIRECT: 'true' };
    expect(() => readConfig(after)).toThrow(/MEDIA_REDIRECT needs.*\n*MEDIA_STORE must be s3/);
    expect(readConfig(variablesOfMove(after)).media.store).toEqual({ kind: 'file', folder: 'old' });
  });
});

async function storedVideo(gateway: TestGateway): Promise<{ readonly videoUrl: string; readonly sha256: string }> {
  const { data } = await request(
    gateway,
    'mutation { generateVideo(input: { prompt: "@test/ok:1s" }) { ... on GenerateVideoSuccess { job { id } } } }',
  );
  const query = 'query ($id: ID!) { job(id: $id) { videoUrl video { storage sha256 } } }';
  const read = async () => (await request(gateway, query, { id: data.generateVideo.job.id })).data.job;
  await eventually(async () => (await read()).video?.storage).toBe('STORED');
  const { videoUrl, video } = await read();
  return { videoUrl, sha256: video.sha256 };
}

describe('reelgate media move', () => {
  it('moves beside a gateway, names what is damaged with exit code 1, and the next start serves the new store', async () => {
    const folder = await makeFolder();
    onTestFinished(folder.remove);
    const first = await startGateway(folder.path);
    onTestFinished(async () => void (await first.stop()));
    const { videoUrl, sha256 } = await storedVideo(first);
    const { pathname } = new URL(videoUrl);
    const nameOf = (extension: string) => pathname.replace('/videos/', '').replace('mp4', extension);
    const move = ['media', 'move', '--to', 'file:moved'];

    const wrong = await runGateway(folder.path, {}, ['media', 'move']);
    expect(wrong).toEqual({ code: 2, output: `--to is missing.\n\n${mediaUsage}\n` });
    expect(await runGateway(folder.path, { MEDIA_STORE: 'file:absent' }, move)).toMatchObject({
      code: 1,
      output: expect.stringContaining('cannot be listed: the folder is missing'),
    });
    expect(await runGateway(folder.path, {}, move)).toEqual({
      code: 0,
      output: '2 files moved, 0 were there already.\n',
    });
    expect(await runGateway(folder.path, {}, move)).toEqual({
      code: 0,
      output: '0 files moved, 2 were there already.\n',
    });
    expect(sha256Of(readFileSync(join(folder.path, 'moved', nameOf('mp4'))))).toBe(sha256);
    expect(existsSync(join(folder.path, 'moved', nameOf('jpg')))).toBe(true);

    writeFileSync(join(folder.path, 'data/videos', nameOf('mp4')), 'rotten');
    const damaged = await runGateway(folder.path, {}, [...move.slice(0, -1), 'file:other']);
    expect(damaged).toMatchObject({ code: 1, output: expect.stringContaining(`  ${nameOf('mp4')}\n`) });
    expect(await first.stop()).toBe(0);

    rmSync(join(folder.path, 'data/videos'), { recursive: true });
    const second = await startGateway(folder.path, { MEDIA_STORE: 'file:moved' });
    onTestFinished(async () => void (await second.stop()));
    const response = await fetch(`${second.url}${pathname}`);
    expect(sha256Of(Buffer.from(await response.arrayBuffer()))).toBe(sha256);
    expect((await fetch(`${second.url}/videos/${nameOf('jpg')}`)).headers.get('content-type')).toBe('image/jpeg');
  }, 240_000);
});
