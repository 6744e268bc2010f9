import { describe, expect, test } from 'vitest';
import { closedReasonOf, reasonOf } from '../../src/adapter/redis/reason.ts';

const errorOf = (message: string, code: string) => Object.assign(new Error(message), { code });

const [plain, secure] = ['redis://:secret@cache', 'rediss://:secret@cache'];

describe('why Redis is unavailable', () => {
  test.each([
    ['connect ETIMEDOUT', 'ETIMEDOUT', 'begun', 'there was no connection in time: connect ETIMEDOUT'],
    ['connect ETIMEDOUT', 'ETIMEDOUT', 'connected', /did not answer the TLS handshake; use redis:\/\/ for a port/],
    ['connect ECONNREFUSED 10.0.0.7:6379', 'ECONNREFUSED', 'begun', 'connect ECONNREFUSED 10.0.0.7:6379'],
    [
      'Client network socket disconnected before …',
      'ECONNRESET',
      'connected',
      /ended the TLS handshake; use redis:\/\//,
    ],
    ['read ECONNRESET', 'ECONNRESET', 'ready', 'read ECONNRESET'],
    ['write EPROTO …:wrong version number:…', 'EPROTO', 'connected', /^the server speaks no TLS; use redis:\/\//],
    [
      'self-signed certificate',
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'connected',
      /unknown authority; .* NODE_EXTRA_CA_CERTS/,
    ],
    ["Host: a. is not in the cert's altnames", 'ERR_TLS_CERT_ALTNAME_INVALID', 'connected', /for another host/],
    ['certificate has expired', 'CERT_HAS_EXPIRED', 'connected', /^the certificate has expired; renew it/],
    ['…tlsv13 alert certificate required…', 'ERR_SSL_…', 'connected', /Reelgate has none; set tls-auth-clients no/],
    ['…alert protocol version…', 'EPROTO', 'connected', /^the server refused the TLS handshake: /],
    ['Command timed out', '', 'ready', 'Command timed out'],
  ] as const)('over TLS, %s (%s, %s)', (message, code, progress, reason) => {
    if (typeof reason === 'string') expect(reasonOf(errorOf(message, code), secure, progress)).toBe(reason);
    else expect(reasonOf(errorOf(message, code), secure, progress)).toMatch(reason);
  });

  test.each([
    'MOVED 866 10.0.0.7:6379',
    "CROSSSLOT Keys in request don't hash to the same slot",
    'CLUSTERDOWN Hash slot not served',
    'ERR Script attempted to access a non local key in a cluster node',
  ])('%s comes from a Redis Cluster', (message) => {
    const text = `REDIS_URL leads to a Redis Cluster, which is not supported: use one Redis, or Sentinels. Redis returned: ${message}`;
    expect(reasonOf(new Error(message), plain, 'ready')).toBe(text);
  });

  test('without TLS, only a connection that ended before an answer may have met a port with TLS', () => {
    const reset = errorOf('read ECONNRESET', 'ECONNRESET');
    expect(reasonOf(reset, plain, 'connected')).toContain('use rediss:// for a port with TLS');
    expect(reasonOf(reset, plain, 'ready')).toBe('read ECONNRESET');
    expect(closedReasonOf(plain, 'connected')).toContain('use rediss://');
    expect(closedReasonOf(secure, 'connected')).toContain('use redis://');
    for (const url of [plain, secure]) expect(closedReasonOf(url, 'ready')).toBe('the server closed the connection');
  });
});
