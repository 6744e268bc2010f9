import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { problemOf } from './world.ts';

type Variables = Record<string, string>;

const dayMs = 86_400_000;

const keys = { S3_ACCESS_KEY_ID: 'AKIA0123456789', S3_SECRET_ACCESS_KEY: 'a/b+c=0123456789' };

const mediaOf = (variables: Variables) => readConfig(variables).media;

describe('the settings of videos', () => {
  test.each<[Variables, object]>([
    [{ MEDIA_STORE: 'none' }, { store: { kind: 'none' } }],
    [{ MEDIA_STORE: 'file:/srv/videos' }, { store: { kind: 'file', folder: '/srv/videos' } }],
    [
      { MEDIA_STORE: 's3://my-videos', ...keys },
      {
        store: {
          kind: 's3',
          bucket: 'my-videos',
          prefix: '',
          region: 'us-east-1',
          endpoint: 'https://s3.us-east-1.amazonaws.com',
        },
      },
    ],
    [
      { MEDIA_STORE: 's3://my-videos/a/b/', S3_ENDPOINT: 'http://127.0.0.1:9000/', S3_REGION: 'eu-central-1', ...keys },
      { store: { bucket: 'my-videos', prefix: 'a/b', region: 'eu-central-1', endpoint: 'http://127.0.0.1:9000' } },
    ],
    [{ MEDIA_STORE: 's3://v-1', MEDIA_REDIRECT: 'true', ...keys }, { redirect: true }],
    [{ MEDIA_ACCESS: 'signed' }, { access: 'signed' }],
    [{ MEDIA_RETENTION_DAYS: '30' }, { retentionMs: 30 * dayMs, jobRetentionMs: null }],
    [{ JOB_RETENTION_DAYS: '1' }, { retentionMs: null, jobRetentionMs: dayMs }],
    [{ REDIS_URL: 'redis://localhost', MEDIA_SHARED: 'true' }, { store: { kind: 'file' } }],
    [{ REDIS_URL: 'redis://localhost', MEDIA_STORE: 's3://v-1', ...keys }, { store: { kind: 's3' } }],
  ])('%j are read', (variables, expected) => {
    expect(mediaOf(variables)).toMatchObject(expected);
  });

  test.each<[Variables, RegExp]>([
    [{ MEDIA_STORE: './videos' }, /^MEDIA_STORE must be file:PATH, s3:\/\/BUCKET, s3:\/\/BUCKET\/PREFIX or none\.$/],
    [{ MEDIA_STORE: 's3://A', ...keys }, /^MEDIA_STORE must be/],
    [{ MEDIA_STORE: 's3://key:secret@host', ...keys }, /^MEDIA_STORE must be file:PATH[^@]*$/],
    [{ MEDIA_STORE: 's3://v-1' }, /^S3_ACCESS_KEY_ID must be set .*\nS3_SECRET_ACCESS_KEY must be set/],
    [
      { MEDIA_STORE: 's3://v-1', ...keys, S3_SECRET_ACCESS_KEY: 'two words' },
      /^S3_SECRET_ACCESS_KEY must be printable ASCII without spaces\.$/,
    ],
    [{ MEDIA_STORE: 's3://v-1', ...keys, S3_ENDPOINT: 'http://s3.example.com' }, /^S3_ENDPOINT must use https/],
    [{ MEDIA_STORE: 's3://v-1', ...keys, S3_REGION: 'eu central' }, /^S3_REGION must look like us-east-1\.$/],
    [{ MEDIA_REDIRECT: 'true' }, /^MEDIA_REDIRECT needs videos in S3/],
    [{ MEDIA_REDIRECT: 'yes' }, /^MEDIA_REDIRECT must be one of false, true, not "yes"\.$/],
    [{ MEDIA_ACCESS: 'public' }, /^MEDIA_ACCESS must be one of link, signed/],
    [{ MEDIA_RETENTION_DAYS: '0' }, /^MEDIA_RETENTION_DAYS must be a whole number from 1 to 36500, not "0"\.$/],
    [{ JOB_RETENTION_DAYS: '1.5' }, /^JOB_RETENTION_DAYS must be a whole number/],
    [{ REDIS_URL: 'redis://localhost' }, /^MEDIA_STORE must be s3:\/\/BUCKET because REDIS_URL is set: .*MEDIA_SHARED/],
  ])('%j are refused with a sentence', (variables, sentence) => {
    expect(problemOf(variables)).toMatch(sentence);
  });
});
