import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Config, readConfig } from '../../src/config/config.ts';
import { problemOf, settingNames } from './world.ts';

const s3 = { MEDIA_STORE: 's3://videos', S3_ACCESS_KEY_ID: 'AKIA1', S3_SECRET_ACCESS_KEY: 's3cret' };

/** Where a configuration has each secret. `more`: what else must be set. */
const secrets: Readonly<
  Record<
    string,
    {
      readonly value: string;
      readonly more?: Readonly<Record<string, string | undefined>>;
      readonly of: (config: Config) => string;
    }
  >
> = {
  SEGMIND_API_KEY: { value: 'SG_0123456789abcdef', of: ({ segmind }) => JSON.stringify(segmind) },
  AUTH_JWT_SECRET: { value: 'x'.repeat(32), of: ({ auth }) => JSON.stringify(auth) },
  DATABASE_URL: { value: 'postgres://ana:p%40ss@db/reelgate', of: ({ databaseUrl }) => databaseUrl },
  REDIS_URL: {
    value: 'redis://:secret@cache:6379/0',
    more: { MEDIA_SHARED: 'true' },
    of: ({ redisUrl }) => JSON.stringify(redisUrl),
  },
  S3_ACCESS_KEY_ID: {
    value: 'AKIA0',
    more: { ...s3, S3_ACCESS_KEY_ID: undefined },
    of: ({ media }) => JSON.stringify(media),
  },
  S3_SECRET_ACCESS_KEY: {
    value: 'secret0',
    more: { ...s3, S3_SECRET_ACCESS_KEY: undefined },
    of: ({ media }) => JSON.stringify(media),
  },
  WEBHOOK_SECRET_KEY: { value: 'k'.repeat(32), of: ({ webhooks }) => JSON.stringify(webhooks) },
  METRICS_TOKEN: { value: 'a-token-of-the-scrapes', of: ({ metrics }) => JSON.stringify(metrics) },
  HTTP_PROXY: { value: 'http://u:pass@proxy:3128', of: ({ proxies }) => JSON.stringify(proxies.http) },
  HTTPS_PROXY: { value: 'http://u:pass@proxy:3128', of: ({ proxies }) => JSON.stringify(proxies.https) },
  ALL_PROXY: { value: 'http://u:pass@proxy:3128', of: ({ proxies }) => JSON.stringify(proxies.https) },
};

/** Environments as platforms make them. */
const platforms = {
  Docker: `
    PATH=/bin HOSTNAME=4f1c2b HOME=/root TERM=xterm NODE_VERSION=20.11.0 YARN_VERSION=1.22.19 NODE_ENV=production TZ=UTC LANG=C.UTF-8
    DB_PORT=tcp://172.17.0.5:5432 DB_PORT_5432_TCP=tcp://172.17.0.5:5432 DB_PORT_5432_TCP_ADDR=172.17.0.5 DB_NAME=/web/db`,
  Heroku: `
    DYNO=web.1 PORT=31337 DATABASE_URL=postgres://u:p@h:5432/d REDIS_URL=redis://:p@h:6379 REDIS_TLS_URL=rediss://:p@h:6380
    HEROKU_POSTGRESQL_AMBER_URL=postgres://u:p@h/d DATABASE_CONNECTION_POOL_URL=postgres://u:p@h/d WEB_CONCURRENCY=2 WEB_MEMORY=512
    HEROKU_APP_NAME=reel SOURCE_VERSION=c0ffee PGSSLMODE=require LOG_RUNTIME_METRICS=1 MEDIA_SHARED=true`,
  Kubernetes: `
    KUBERNETES_SERVICE_HOST=10.0.0.1 KUBERNETES_SERVICE_PORT=443 KUBERNETES_SERVICE_PORT_HTTPS=443 KUBERNETES_PORT=tcp://10.0.0.1:443
    REELGATE_SERVICE_HOST=10.0.0.2 REELGATE_SERVICE_PORT=80 REELGATE_SERVICE_PORT_HTTP=80 REELGATE_PORT=tcp://10.0.0.2:80
    REELGATE_PORT_80_TCP=tcp://10.0.0.2:80 REELGATE_PORT_80_TCP_PROTO=tcp REELGATE_PORT_80_TCP_PORT=80
    REELGATE_PORT_80_TCP_ADDR=10.0.0.2 REDIS_SERVICE_HOST=10.0.0.3 REDIS_PORT=tcp://10.0.0.3:6379 REDIS_PORT_6379_TCP_ADDR=10.0.0.3
    AUTH_SERVICE_HOST=10.0.0.4 AUTH_PORT=tcp://10.0.0.4:80 MEDIA_SERVICE_PORT=80 METRICS_PORT=tcp://10.0.0.5:9090
    METRICS_PORT_9090_TCP=tcp://10.0.0.5:9090 METRIC_PORT=tcp://10.0.0.6:9090 DATABASE_PORT=tcp://10.0.0.7:5432 USER_SERVICE_HOST=10.0.0.8`,
  systemd: `
    INVOCATION_ID=0 JOURNAL_STREAM=8:1 SYSTEMD_EXEC_PID=7 NOTIFY_SOCKET=/run/n LISTEN_FDS=1 LISTEN_PID=7 CREDENTIALS_DIRECTORY=/run/c
    RUNTIME_DIRECTORY=/run/r STATE_DIRECTORY=/var/lib/r LOGS_DIRECTORY=/var/log/r CACHE_DIRECTORY=/var/cache/r USER=reelgate
    LOGNAME=reelgate SHELL=/bin/sh MEMORY_PRESSURE_WATCH=/sys/p WATCHDOG_USEC=1 MAINPID=7`,
  'another service': `
    AWS_REGION=eu-west-1 AWS_DEFAULT_REGION=eu-west-1 AWS_ACCESS_KEY_ID=A AWS_SECRET_ACCESS_KEY=B AWS_SESSION_TOKEN=C S3_BUCKET=videos
    S3_BUCKET_NAME=videos S3_URL=https://s3 REDIS_HOST=h REDIS_PORT=6379 REDIS_PASSWORD=p
    REDIS_SSL=true REDIS_TLS=true REDIS_TTL=60 REDIS_DB=0 DATABASE_SSL=true DATABASE_HOST=h DATABASE_PORT=5432
    DATABASE_USER=u DATABASE_NAME=d DATABASE_TTL=1 PGHOST=h
    PGPASSWORD=p
    POSTGRES_URL=postgres://h/d PUBLIC_KEY=k PUBLIC_DIR=d PUBLIC_IP=i JOB_NAME=nightly JOB_ID=7 VIDEO_URL=u FTP_PROXY=p ftp_proxy=p
    RSYNC_PROXY=p RUST_LOG=info DD_LOG_LEVEL=info NX_LOG_LEVEL=info LOG_FORMAT=json LOG_FILE=/var/log/x LOG_COLOR=1 TRUSTED_HOSTS=h
    REELGATE_TOKEN=t REELGATE_URL=https://video.example REELGATE_KEY=k REELGATE_IMAGE=reelgate:0.2 CI=true GITHUB_TOKEN=g HOST=127.0.0.1
    HOSTS=a PORTS=1 npm_config_registry=r npm_lifecycle_event=start INIT_CWD=/app`,
};

describe('the names of settings', () => {
  function openFiles() {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const fileOf = (value: string) => {
      const file = join(folder, String(value.length));
      writeFileSync(file, `${value}\n`);
      return file;
    };
    return { folder, fileOf };
  }

  test.each(Object.entries(secrets))('reads %s from the file that %s_FILE names', (name, { value, more = {}, of }) => {
    const { fileOf } = openFiles();
    expect(of(readConfig({ ...more, [`${name}_FILE`]: fileOf(value) }))).toEqual(
      of(readConfig({ ...more, [name]: value })),
    );
    const none = problemOf({ MEDIA_STORE: 's3://videos', [`${name}_FILE`]: '/none' });
    expect(none).toContain(`${name}_FILE must be the path of a file with the value of ${name}; there is no such file.`);
    const both = problemOf({ ...more, [name]: value, [`${name}_FILE`]: fileOf(value) });
    expect(both).toBe(`${name}_FILE must not be set together with ${name}: choose one.`);
  });

  test('docs/configuration.md lists the file of each secret, and no other', () => {
    const isSecret = (name: string) =>
      problemOf({ MEDIA_STORE: 's3://videos', [`${name}_FILE`]: '/none' }).includes('must be the path of a file');
    expect(settingNames().filter(isSecret).toSorted()).toEqual(Object.keys(secrets).toSorted());
    const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
    const listed = new Set([...page.matchAll(/`(\w+)_FILE\b/g)].map(([, name]) => name));
    // `reelgate listen` alone reads a token.
    expect([...listed].toSorted()).toEqual([...Object.keys(secrets), 'REELGATE_TOKEN'].toSorted());
  });

  test('a secret’s file that is missing, empty or a folder is reported', () => {
    const { folder, fileOf } = openFiles();
    const form = 'SEGMIND_API_KEY_FILE must be the path of a file with the value of SEGMIND_API_KEY;';
    expect(problemOf({ SEGMIND_API_KEY_FILE: '/none' })).toBe(`${form} there is no such file.`);
    expect(problemOf({ SEGMIND_API_KEY_FILE: folder })).toBe(`${form} that file cannot be read (EISDIR).`);
    expect(problemOf({ SEGMIND_API_KEY_FILE: fileOf('') })).toBe(`${form} that file is empty.`);
  });

  test('refuses a misspelt setting, and names the nearest', () => {
    const refusalOf = (name: string) => problemOf({ [name]: 'a value' });
    expect(refusalOf('SEGMIND_APIKEY')).toBe(
      'SEGMIND_APIKEY is not a setting. Did you mean SEGMIND_API_KEY? See docs/configuration.md for all settings.',
    );
    expect(refusalOf('AUTH_JWKS_URI')).toContain('Did you mean AUTH_JWKS_URL?');
    expect(refusalOf('AUTH_SECRET_FILE')).toContain('Did you mean AUTH_JWT_SECRET_FILE?');
    expect(refusalOf('segmind_api_key')).toContain('Did you mean SEGMIND_API_KEY?');
    expect(refusalOf('USER_JOB_PER_MINUTE')).toContain('Did you mean USER_JOBS_PER_MINUTE?');
    for (const name of ['REDISURL', 'redis_url', 'RedisUrl', 'REDIS__URL', 'REDIS-URL', 'REDISURL_FILE'])
      expect(refusalOf(name)).toMatch(/^\S+ is not a setting\. Did you mean REDIS_URL(_FILE)?\?/);
    expect(refusalOf('segmindApiKey')).toContain('Did you mean SEGMIND_API_KEY?');
    expect(refusalOf('LOGLEVEL')).toContain('Did you mean LOG_LEVEL?');
    // A value is never shown: it may be a secret.
    expect(problemOf({ SEGMIND_KEY: 'SG_0123456789abcdef' })).not.toContain('SG_');
    expect(problemOf({ USER: 'ana', USERNAME: 'ana', PATH: '/bin', AUTH_SECRET: ' ' })).toBe('');
    // Names of other programs.
    const proxy = 'http://proxy:3128';
    expect(problemOf({ host: 'a', Port: '1', https_proxy: proxy, HTTPS_PROXY: proxy, NOPROXY: 'b' })).toBe('');
  });

  test.each([
    ['JOB_RETENTION_DAY', 'JOB_RETENTION_DAYS'],
    ['TRUSTED_DOCUMENT', 'TRUSTED_DOCUMENTS'],
    ['SHUTDOWN_DELAY_SECOND', 'SHUTDOWN_DELAY_SECONDS'],
    ['ANONYMOUS_REQUEST_PER_MINUTE', 'ANONYMOUS_REQUESTS_PER_MINUTE'],
    ['SOCKET_SUBSCRIPTION', 'SOCKET_SUBSCRIPTIONS'],
    ['VIDEO_PRICE_CREDIT', 'VIDEO_PRICE_CREDITS'],
    ['SIGN_UP_CREDITS', 'SIGNUP_CREDITS'],
    ['S3_REGOIN', 'S3_REGION'],
    ['S3_ENDPONIT', 'S3_ENDPOINT'],
    ['REDIS_URI', 'REDIS_URL'],
    ['REDIS_ULR', 'REDIS_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['PUBIC_URL', 'PUBLIC_URL'],
    ['ALLOWED_ORIGIN', 'ALLOWED_ORIGINS'],
    ['POLL_INTERVALL_MS', 'POLL_INTERVAL_MS'],
    ['REELGATE_PORT', 'PORT'],
    ['REELGATE_DATABASE_URL', 'DATABASE_URL'],
    ['REELGATE_JOB_RETENTION_DAY', 'JOB_RETENTION_DAYS'],
    ['REELGATE_FAILPIONT', 'REELGATE_FAILPOINT'],
    ['TRUSTED_DOCUMENTS_FILE', 'TRUSTED_DOCUMENTS'],
    ['METRIC_TOKEN', 'METRICS_TOKEN'],
  ])('%s is refused, and %s is named', (wrong, right) => {
    expect(problemOf({ [wrong]: '1' })).toContain(`${wrong} is not a setting. Did you mean ${right}?`);
  });

  test.each(Object.entries(platforms))('variables that %s sets for other programs do not stop the start', (_, text) => {
    const variables = text
      .trim()
      .split(/\s+/)
      .map((line) => line.split('=')) as [string, string][];
    expect(problemOf(Object.fromEntries(variables))).toBe('');
  });

  test('the link of a Kubernetes service called metrics is not METRICS_PORT', () => {
    expect(readConfig({ METRICS_PORT: 'tcp://10.0.0.7:9090' }).metrics.port).toBeNull();
    expect(problemOf({ METRICS_PORT: 'ten' })).toContain('METRICS_PORT must be');
  });

  test('knows every setting that the documentation names', () => {
    const names = settingNames();
    expect(names.length).toBeGreaterThan(20);
    const values = Object.fromEntries(names.map((name) => [name, '?']));
    expect(problemOf(values)).not.toContain('is not a setting');
  });
});
