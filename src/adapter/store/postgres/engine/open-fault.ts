import { parseServerUrl } from '../../../../lib/server-url.ts';
import { StoreOpenError } from '../../shared/open-error.ts';

/** Converts an error of the database or the network to a StoreOpenError. Any other error is a bug, and is returned unchanged. */
export function openErrorOf(error: unknown, url: string): unknown {
  if (error instanceof StoreOpenError || !(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const sentence = sentenceOf(code, error, parseServerUrl(url)?.place ?? 'the server of DATABASE_URL');
  return sentence === null ? error : new StoreOpenError(sentence, { cause: error });
}

function sentenceOf(code: string, { message }: Error, place: string): string | null {
  switch (code) {
    case 'ECONNREFUSED':
      return `There is no PostgreSQL at ${place}: start it, or correct DATABASE_URL.`;
    case 'ENOENT':
    case 'EACCES':
      return message.startsWith('connect')
        ? `There is no PostgreSQL that this user can reach at the socket of ${place} (${code}): correct DATABASE_URL.`
        : `A file that DATABASE_URL names cannot be read (${message}).`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate of PostgreSQL at ${place} is for another host (${message}): use the host that it names in DATABASE_URL.`;
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return (
        `The certificate of PostgreSQL at ${place} comes from an unknown authority (${message}). ` +
        'Name the file with that authority’s certificate in DATABASE_URL: ?sslmode=verify-full&sslrootcert=FILE.'
      );
    case 'CERT_HAS_EXPIRED':
      return `The certificate of PostgreSQL at ${place} has expired: renew it.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host of ${place} was not found: correct DATABASE_URL.`;
    case '28P01':
      return `PostgreSQL at ${place} refuses the user or the password of DATABASE_URL.`;
    case '28000':
      return message.includes('pg_hba.conf')
        ? `PostgreSQL at ${place} has no rule in its pg_hba.conf that lets this user in (${message}). ` +
            'If it says "no encryption", add ?sslmode=require to DATABASE_URL.'
        : `PostgreSQL at ${place} does not let the user of DATABASE_URL in (${message}).`;
    case '3D000':
      return `PostgreSQL at ${place} has no such database: create it, or correct DATABASE_URL.`;
    case '42501':
      return `The user of DATABASE_URL lacks rights in ${place} (${message}); it should own the database.`;
    case '53300':
      return `PostgreSQL at ${place} accepts no more connections: raise max_connections.`;
    case '25006':
      return `PostgreSQL at ${place} cannot be written to: it is a replica, or set to read-only.`;
    default:
      if (message.includes('does not support SSL'))
        return `PostgreSQL at ${place} offers no TLS: set ssl = on there, or use sslmode=disable in DATABASE_URL.`;
      if (message.includes('client password must be a string'))
        return `PostgreSQL at ${place} asks for a password, and DATABASE_URL has none.`;
      // The driver's own errors have no code: a timeout, a failed handshake, a rejected certificate.
      return code === '' && !/timeout|terminated|SSL|SASL|certificate/i.test(message)
        ? null
        : `PostgreSQL at ${place} cannot be used (${message}).`;
  }
}
