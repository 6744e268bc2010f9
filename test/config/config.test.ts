import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { noProxies } from '../../src/lib/proxy.ts';
import { problemOf } from './world.ts';

const secret = 'x'.repeat(32);

describe('the configuration', () => {
  test('has a default for every setting', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 4000,
      publicUrl: null,
      keepAliveMs: 65_000,
      databaseUrl: 'file:./data/reelgate.db',
      redisUrl: null,
      proxies: noProxies,
      segmind: null,
      pollIntervalMs: 7000,
      jobDeadlineMs: 1_200_000,
      userRequestsPerMinute: 3000,
      anonymousRequestsPerMinute: 120,
      userJobsPerMinute: 60,
      userJobsInFlight: 50,
      userSockets: 20,
      socketSubscriptions: 100,
      media: {
        store: { kind: 'file', folder: './data/videos' },
        access: 'link',
        redirect: false,
        retentionMs: null,
        jobRetentionMs: null,
      },
      metrics: { token: null, port: null },
      webhooks: { allowedHosts: [], secretKeys: [] },
      allowedOrigins: [],
      shutdownDelayMs: 0,
      trustedProxies: [],
      trustedDocuments: null,
      priceCredits: 67,
      liveSignupCredits: 1000,
      auth: { kind: 'demo' },
      logLevel: 'info',
      budgets: { user: null, installation: null },
      effective: expect.any(Map),
      failpoint: null,
    });
  });

  test('an empty or blank value counts as unset, for every setting', () => {
    const names = `
      HOST PORT PUBLIC_URL KEEP_ALIVE_SECONDS DATABASE_URL REDIS_URL SEGMIND_API_KEY SEGMIND_BASE_URL SEGMIND_WORKFLOW
      SEGMIND_AUTH SEGMIND_SEED_TYPE SEGMIND_REQUESTS_PER_MINUTE POLL_INTERVAL_MS SEGMIND_RESEND_5XX SEGMIND_LOW_CREDITS
      JOB_DEADLINE_SECONDS USER_REQUESTS_PER_MINUTE USER_JOBS_PER_MINUTE USER_JOBS_IN_FLIGHT USER_SOCKETS
      SHUTDOWN_DELAY_SECONDS SOCKET_SUBSCRIPTIONS ALLOWED_ORIGINS VIDEO_PRICE_CREDITS SIGNUP_CREDITS AUTH_JWT_SECRET
      AUTH_JWKS_URL AUTH_ISSUER AUTH_AUDIENCE TRUSTED_PROXIES LOG_LEVEL REELGATE_FAILPOINT MEDIA_STORE MEDIA_ACCESS
      MEDIA_SHARED MEDIA_REDIRECT MEDIA_RETENTION_DAYS JOB_RETENTION_DAYS S3_ENDPOINT S3_REGION S3_ACCESS_KEY_ID
      S3_SECRET_ACCESS_KEY ANONYMOUS_REQUESTS_PER_MINUTE METRICS_TOKEN METRICS_PORT
    `;
    const blank = Object.fromEntries(
      names
        .trim()
        .split(/\s+/)
        .map((name, index) => [name, index % 2 === 0 ? '' : '  ']),
    );
    expect(readConfig(blank)).toEqual(readConfig({}));
  });

  test('a file of trusted documents that is missing or a folder is reported with a sentence', () => {
    const form = 'TRUSTED_DOCUMENTS must name a JSON file of the form {"id": "document", …};';
    expect(problemOf({ TRUSTED_DOCUMENTS: '/none' })).toBe(`${form} "/none" does not exist.`);
    expect(problemOf({ TRUSTED_DOCUMENTS: tmpdir() })).toBe(`${form} "${tmpdir()}" cannot be read (EISDIR).`);
  });

  test('reads the provider’s settings with its key', () => {
    expect(
      readConfig({ SEGMIND_API_KEY: 'SG_0123456789abcdef', SEGMIND_BASE_URL: 'http://127.0.0.1:9/api/' }).segmind,
    ).toEqual({
      apiKey: 'SG_0123456789abcdef',
      baseUrl: 'http://127.0.0.1:9/api',
      workflow: '67c6b3b9f6cf2bb5a9b16b3e-v8',
      auth: 'bearer',
      seedType: 'string',
      requestsPerMinute: 300,
      resend5xx: 0,
      lowCredits: null,
    });
    const low = { SEGMIND_API_KEY: 'SG_0123456789abcdef', SEGMIND_LOW_CREDITS: '25' };
    expect(readConfig(low).segmind).toMatchObject({ lowCredits: 25 });
    expect(problemOf({ SEGMIND_LOW_CREDITS: '0.5' })).toBe(
      'SEGMIND_LOW_CREDITS must be a whole number from 0 to 1000000, not "0.5".',
    );
  });

  test('outside demo mode there are no sign-up credits in LIVE by default', () => {
    expect(readConfig({ AUTH_JWT_SECRET: secret }).liveSignupCredits).toBe(0);
    expect(readConfig({ AUTH_JWT_SECRET: secret, SIGNUP_CREDITS: '5' }).liveSignupCredits).toBe(5);
  });

  test.each([
    [{ PORT: '65536' }, 'PORT must be a whole number from 0 to 65535, not "65536".'],
    [{ PORT: '4e3' }, 'PORT must be a whole number from 0 to 65535, not "4e3".'],
    [{ AUTH_ROLES_CLAIM: 'x' }, 'AUTH_ROLES_CLAIM also needs AUTH_JWT_SECRET or AUTH_JWKS_URL.'],
    [{ KEEP_ALIVE_SECONDS: '0' }, 'KEEP_ALIVE_SECONDS must be a whole number from 1 to 3600, not "0".'],
    [{ POLL_INTERVAL_MS: '99' }, 'POLL_INTERVAL_MS must be a whole number from 100 to 60000, not "99".'],
    [{ JOB_DEADLINE_SECONDS: '3301' }, 'JOB_DEADLINE_SECONDS must be a whole number from 1 to 3300, not "3301".'],
    [
      { SEGMIND_REQUESTS_PER_MINUTE: '0' },
      'SEGMIND_REQUESTS_PER_MINUTE must be a whole number from 1 to 1000000, not "0".',
    ],
    [{ USER_SOCKETS: '100001' }, 'USER_SOCKETS must be a whole number from 1 to 100000, not "100001".'],
    [{ SOCKET_SUBSCRIPTIONS: '0' }, 'SOCKET_SUBSCRIPTIONS must be a whole number from 1 to 10000, not "0".'],
    [{ VIDEO_PRICE_CREDITS: '-1' }, 'VIDEO_PRICE_CREDITS must be a whole number from 0 to 1000000, not "-1".'],
    [{ SEGMIND_AUTH: 'basic' }, 'SEGMIND_AUTH must be one of bearer, x-api-key, both, not "basic".'],
    [{ LOG_LEVEL: 'loud' }, 'LOG_LEVEL must be one of info, fatal, error, warn, debug, trace, silent, not "loud".'],
    [{ HOST: 'tcp://10.0.0.1:80' }, 'HOST must be an address or a host name, such as 127.0.0.1 or 0.0.0.0.'],
    [{ TRUSTED_PROXIES: '10.0.0.7, proxy' }, /^TRUSTED_PROXIES must list addresses .* "proxy" is neither\.$/],
    [{ DATABASE_URL: 'mysql://x' }, 'DATABASE_URL must be file:PATH (SQLite) or postgres://… (PostgreSQL).'],
    [{ SEGMIND_BASE_URL: 'http://example.com' }, 'SEGMIND_BASE_URL must use https; http is allowed for loopback only.'],
    [
      { SEGMIND_BASE_URL: 'https://u:p@example.com' },
      'SEGMIND_BASE_URL must be an absolute http or https URL without credentials, query and fragment.',
    ],
    [{ SEGMIND_API_KEY: 'two words' }, 'SEGMIND_API_KEY must be printable ASCII without spaces.'],
    [{ SEGMIND_WORKFLOW: '../x' }, 'SEGMIND_WORKFLOW must look like 67c6b3b9f6cf2bb5a9b16b3e-v8.'],
    [
      { ALLOWED_ORIGINS: 'https://a.example, *' },
      'ALLOWED_ORIGINS must list origins such as https://app.example.com, comma separated; "*" is not an origin.',
    ],
    [
      { ALLOWED_ORIGINS: 'https://a.example/path' },
      'ALLOWED_ORIGINS must list origins such as https://app.example.com, comma separated; "https://a.example/path" is not an origin.',
    ],
    [{ AUTH_JWT_SECRET: 'short' }, 'AUTH_JWT_SECRET must have at least 32 bytes.'],
    [{ AUTH_JWKS_URL: 'http://idp.example/keys' }, 'AUTH_JWKS_URL must use https; http is allowed for loopback only.'],
    [
      { AUTH_JWT_SECRET: secret, AUTH_JWKS_URL: 'https://idp.example/keys' },
      'AUTH_JWKS_URL must not be set together with AUTH_JWT_SECRET: choose one.',
    ],
    [{ AUTH_AUDIENCE: 'reelgate' }, 'AUTH_AUDIENCE also needs AUTH_JWT_SECRET or AUTH_JWKS_URL.'],
    [
      { HOST: '0.0.0.0', AUTH_JWT_SECRET: secret },
      'PUBLIC_URL must be set because HOST (0.0.0.0) is not loopback: it is the URL that clients use.',
    ],
    [
      { HOST: '0.0.0.0', PUBLIC_URL: 'https://video.example' },
      'AUTH_JWT_SECRET or AUTH_JWKS_URL must be set because HOST (0.0.0.0) is not loopback: without them everyone would be the demo user.',
    ],
    [
      { REELGATE_FAILPOINT: 'after-dinner' },
      [
        'REELGATE_FAILPOINT is for crash tests: unset it, or set it to one of after-recover, before-admit, after-admit',
        'before-claim, after-claim, before-submit, before-first-byte, after-submit, before-accept-commit',
        'after-accept-commit, before-poll, after-poll, before-end-commit, after-end-commit, before-ring, after-ring',
        'after-copy-claim, before-copy-receive, after-copy-receive, before-copy-put, after-copy-put, before-copy-commit',
        'after-copy-commit, after-webhook-claim, before-webhook-send, after-webhook-send, before-webhook-settle',
        'after-webhook-settle',
        'or one of them with :n.',
      ].join(', '),
    ],
    [
      { REELGATE_FAILPOINT: 'after-admit', SEGMIND_API_KEY: 'SG_0123456789abcdef' },
      'REELGATE_FAILPOINT is for crash tests: unset it, or set SEGMIND_BASE_URL to a loopback address.',
    ],
  ])('%j is refused with a sentence that names the setting', (variables, sentence) => {
    if (typeof sentence === 'string') expect(problemOf(variables)).toBe(sentence);
    else expect(problemOf(variables)).toMatch(sentence);
  });

  test.each([
    ['after-admit', { name: 'after-admit', passage: 1 }],
    ['before-poll:12', { name: 'before-poll', passage: 12 }],
  ])('the failpoint %s is accepted while no video costs money', (text, failpoint) => {
    expect(readConfig({ REELGATE_FAILPOINT: text }).failpoint).toEqual(failpoint);
    expect(problemOf({ REELGATE_FAILPOINT: `${text}:0` })).toContain('REELGATE_FAILPOINT');
  });

  test('reports all bad values at once', () => {
    expect(problemOf({ PORT: 'x', LOG_LEVEL: 'y', AUTH_JWT_SECRET: 'z' }).split('\n')).toHaveLength(3);
  });

  test('no error sentence shows a secret', () => {
    expect(problemOf({ AUTH_JWT_SECRET: 'hunter2', SEGMIND_API_KEY: 'hunter 3' })).not.toContain('hunter');
    const long = 'hunter'.repeat(6);
    expect(problemOf({ PORT: long, LOG_LEVEL: long })).toMatch(/65535\.\nLOG_LEVEL .*silent\.$/);
  });

  test.each(['localhost', '127.0.0.1', '127.8.9.1', '::1', '[::1]'])(
    '%s is loopback, so demo mode may listen on it',
    (host) => {
      expect(readConfig({ HOST: host }).auth).toEqual({ kind: 'demo' });
    },
  );
});
