import { isSafe } from './auth.ts';
import type { Settings } from './env.ts';

/** Where videos are kept. `folder` is relative to the working directory. */
export type MediaStoreConfig =
  | { readonly kind: 'none' }
  | { readonly kind: 'file'; readonly folder: string }
  | {
      readonly kind: 's3';
      readonly endpoint: string;
      readonly region: string;
      readonly bucket: string;
      /** Without slashes at its ends; '' for none. */
      readonly prefix: string;
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
    };

/** How videos are kept and shown. */
export type MediaConfig = {
  readonly store: MediaStoreConfig;
  /** `link`: whoever has a video's link may play it. `signed`: links in API responses expire. */
  readonly access: 'link' | 'signed';
  /** Whether players are sent to the store's own links. */
  readonly redirect: boolean;
  /** How long after the end of its job a video is kept; null: for ever. */
  readonly retentionMs: number | null;
  /** How long after its end a job keeps its prompt, reference and video; null: for ever. */
  readonly jobRetentionMs: number | null;
};

const dayMs = 24 * 60 * 60_000;

const byDefault = 'file:./data/videos';

/** Reads the MEDIA_ and S3_ settings and JOB_RETENTION_DAYS. `isShared`: whether several nodes may serve the installation. */
export function readMedia(settings: Settings, isShared: boolean): MediaConfig {
  const { oneOf, text, refuse } = settings;
  const store = readMediaStore('MEDIA_STORE', text('MEDIA_STORE') ?? byDefault, settings);
  const redirect = oneOf('MEDIA_REDIRECT', ['false', 'true']) === 'true';
  if (redirect && store.kind !== 's3')
    refuse('MEDIA_REDIRECT', 'needs videos in S3: set MEDIA_STORE to s3://BUCKET, or unset it.');
  const folderIsShared = oneOf('MEDIA_SHARED', ['false', 'true']) === 'true';
  if (isShared && store.kind === 'file' && !folderIsShared)
    refuse(
      'MEDIA_STORE',
      'must be s3://BUCKET because REDIS_URL is set: each node would keep its own videos and not find those of the others. ' +
        'If all nodes see one folder, set MEDIA_SHARED to true.',
    );
  return {
    store,
    access: oneOf('MEDIA_ACCESS', ['link', 'signed']),
    redirect,
    retentionMs: readDays(settings, 'MEDIA_RETENTION_DAYS'),
    jobRetentionMs: readDays(settings, 'JOB_RETENTION_DAYS'),
  };
}

/** Reads a store such as `file:./data/videos` or `s3://bucket/prefix`, with the S3_ settings. `name`: what sentences call the value. */
export function readMediaStore(name: string, value: string, settings: Settings): MediaStoreConfig {
  if (value === 'none') return { kind: 'none' };
  if (/^file:./.test(value)) return { kind: 'file', folder: value.slice('file:'.length) };
  const [, bucket, path = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(\/[\w!.*'()/-]*)?$/.exec(value) ?? [];
  if (bucket !== undefined) return readS3(name, bucket, path.replace(/^\/+|\/+$/g, ''), settings);
  settings.refuse(name, 'must be file:PATH, s3://BUCKET, s3://BUCKET/PREFIX or none.');
  return { kind: 'none' };
}

/** The settings that are read where videos are in S3. */
export const s3Names: readonly string[] = [
  ...['S3_ENDPOINT', 'S3_REGION', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
  ...['S3_ACCESS_KEY_ID_FILE', 'S3_SECRET_ACCESS_KEY_FILE'],
];

function readS3(
  store: string,
  bucket: string,
  prefix: string,
  { text, secret, url, refuse }: Settings,
): MediaStoreConfig {
  const region = text('S3_REGION') ?? 'us-east-1';
  const endpoint =
    url('S3_ENDPOINT') ?? new URL(`https://s3.${/^[\w-]+$/.test(region) ? region : 'us-east-1'}.amazonaws.com`);
  if (!/^[\w-]+$/.test(region)) refuse('S3_REGION', 'must look like us-east-1.');
  if (!isSafe(endpoint)) refuse('S3_ENDPOINT', 'must use https; http is allowed for loopback only.');
  const key = (name: string): string => {
    const value = secret(name);
    if (value === null) refuse(name, `must be set because ${store} is in S3.`);
    else if (!/^[\x21-\x7e]+$/.test(value)) refuse(name, 'must be printable ASCII without spaces.');
    return value ?? '';
  };
  const accessKeyId = key('S3_ACCESS_KEY_ID');
  const secretAccessKey = key('S3_SECRET_ACCESS_KEY');
  return {
    kind: 's3',
    endpoint: endpoint.href.replace(/\/+$/, ''),
    region,
    bucket,
    prefix,
    accessKeyId,
    secretAccessKey,
  };
}

/** A number of days, in milliseconds; null if unset. */
function readDays({ text, whole }: Settings, name: string): number | null {
  return text(name) === null ? null : whole(name, { min: 1, max: 36_500, byDefault: 36_500 }) * dayMs;
}
