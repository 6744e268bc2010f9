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
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host of ${place} was not found: correct DATABASE_URL.`;
    case '28P01':
      return `PostgreSQL at ${place} refuses the user or the password of DATABASE_URL.`;
    case '28000':
      return message.includes('pg_hba.conf')
        ? `PostgreSQL at ${place} has no rule in its pg_hba.conf that lets this user in (${message}). ` +
            'If it says "no encryption", add ?sslmode=… to DATABASE_URL.'
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
      if (message.includes('client password must be a string'))
        return `PostgreSQL at ${place} asks for a password, and DATABASE_URL has none.`;
      // The driver's own errors have no code: a timeout, a failed handshake, a rejected certificate.
      return code === '' && !/timeout|terminated|SSL|SASL|certificate/i.test(message)
        ? null
        : `PostgreSQL at ${place} cannot be used (${message}).`;
  }
}
