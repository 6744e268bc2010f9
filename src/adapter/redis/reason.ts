import { clusterSentence, isClusterError } from './cluster.ts';

/** How far a connection came: the server was asked for one, accepted it, and answered, after a TLS handshake if there is one. */
export type Progress = 'begun' | 'connected' | 'ready';

const withoutTls = 'use redis:// for a port without TLS';

const withTls = 'use rediss:// for a port with TLS';

/** Why a connection to the Redis of a URL failed, for the log, with what to do where that is known. */
export function reasonOf(error: Error, url: string, progress: Progress): string {
  const { message } = error;
  if (/^(WRONGPASS|NOAUTH|ERR invalid password)/.test(message))
    return `REDIS_URL has a wrong user or password: ${message}`;
  if (/^NOPERM|user executing the script can't/.test(message))
    return `the user of REDIS_URL lacks a right, see "Permissions in Redis" in docs/scaling.md: ${message}`;
  if (isClusterError(error)) return `${clusterSentence} Redis returned: ${message}`;
  if (/READONLY/.test(message)) return `the server is a replica and takes no writes: ${message}`;
  const code = 'code' in error ? String(error.code) : '';
  const why = isTls(url) ? tlsReasonOf(code, message, progress) : plainReasonOf(code, progress);
  return why === null ? message : `${why}: ${message}`;
}

/** Why a connection was closed that no error explains. */
export function closedReasonOf(url: string, progress: Progress): string {
  if (progress === 'ready') return 'the server closed the connection';
  return `the server closed the connection before it answered; ${isTls(url) ? withoutTls : withTls}`;
}

const unknownAuthority =
  'the certificate comes from an unknown authority; name the file with that authority in NODE_EXTRA_CA_CERTS';

/** What is wrong with a certificate, by the error's code. */
const certificateReasons: ReadonlyMap<string, string> = new Map([
  ['SELF_SIGNED_CERT_IN_CHAIN', unknownAuthority],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', unknownAuthority],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', unknownAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownAuthority],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'the certificate is for another host; use the host that it names in REDIS_URL'],
  ['CERT_HAS_EXPIRED', 'the certificate has expired; renew it'],
]);

function tlsReasonOf(code: string, message: string, progress: Progress): string | null {
  const ofCertificate = certificateReasons.get(code);
  if (ofCertificate !== undefined) return ofCertificate;
  if (/certificate required/.test(message))
    return 'the server asks clients for a certificate, and Reelgate has none; set tls-auth-clients no there';
  if (/wrong version number|packet length too long/.test(message)) return `the server speaks no TLS; ${withoutTls}`;
  if (/alert/.test(message)) return 'the server refused the TLS handshake';
  if (progress === 'ready') return null;
  if (code === 'ECONNRESET') return `the server ended the TLS handshake; ${withoutTls}`;
  if (code !== 'ETIMEDOUT') return null;
  return progress === 'connected'
    ? `the server accepted the connection and did not answer the TLS handshake; ${withoutTls}`
    : 'there was no connection in time';
}

function plainReasonOf(code: string, progress: Progress): string | null {
  if (progress !== 'ready' && /^(ECONNRESET|EPIPE)$/.test(code)) return `the server closed the connection; ${withTls}`;
  return code === 'ETIMEDOUT' && progress === 'begun' ? 'there was no connection in time' : null;
}

function isTls(url: string): boolean {
  return url.startsWith('rediss');
}
