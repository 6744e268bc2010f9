import { Client, type ClientBase } from 'pg';
import { driverUrlOf } from '../../../../lib/postgres-url.ts';

/** How long a session's statements and pauses within a transaction may take, in milliseconds. */
export type SessionLimits = { readonly statementMs: number; readonly idleInTransactionMs: number };

/** How long to wait for a free or a new connection. Many transactions that lock one account may have to run before. */
const connectMs = 30_000;

/** How long one statement may take. Most take less than a millisecond, and locks are held for a few. */
const statementMs = 10_000;

/** The limits of a node's sessions. */
export const nodeLimits: SessionLimits = { statementMs, idleInTransactionMs: statementMs };

/** After how much silence a node looks for a sign of life of PostgreSQL. A connection without one is closed within 15 s. */
const keepAliveMs = 5000;

/** The options of every connection to PostgreSQL. Its session needs settings besides: see `applySession`. */
export function connectionOptions(url: string) {
  return {
    connectionString: driverUrlOf(url),
    application_name: 'reelgate',
    connectionTimeoutMillis: connectMs,
    // Applies when the server does not even report its own timeout.
    query_timeout: statementMs + 2000,
    keepAlive: true,
    keepAliveInitialDelayMillis: keepAliveMs,
  };
}

/**
 * What PostgreSQL does for a node that is gone without a word, such as one whose machine lost power: it looks for a sign of life after 5 s
 * of silence, three times, and ends the session, which frees its locks. Also while the session waits for a lock.
 */
const signsOfLife: Readonly<Record<string, string>> = {
  tcp_keepalives_idle: '5',
  tcp_keepalives_interval: '2',
  tcp_keepalives_count: '3',
  tcp_user_timeout: '10000',
  client_connection_check_interval: '2000',
};

/**
 * Makes the settings of a session, after it is connected: PgBouncer refuses most settings in the packet that opens a connection. A server
 * on a system that lacks one of the signs of life goes without them.
 */
export async function applySession(
  client: ClientBase,
  { statementMs, idleInTransactionMs }: SessionLimits,
): Promise<void> {
  const limits = {
    statement_timeout: String(statementMs),
    // A node that hangs within a transaction must not block other nodes from the rows that it has locked.
    idle_in_transaction_session_timeout: String(idleInTransactionMs),
  };
  try {
    await client.query(statementFor({ ...limits, ...signsOfLife }));
  } catch (error) {
    // 22023: the value is not possible on the server's system.
    if (!(error instanceof Error && 'code' in error && error.code === '22023')) throw error;
    await client.query(statementFor(limits));
  }
}

function statementFor(settings: Readonly<Record<string, string>>): string {
  const calls = Object.entries(settings).map(([name, value]) => `set_config('${name}', '${value}', false)`);
  return `SELECT ${calls.join(', ')}`;
}

/** Opens a session of its own. The caller must end the client; `name` is its application_name. Rejects, and closes it, when it cannot. */
export async function openSession(
  url: string,
  limits: SessionLimits,
  { name = 'reelgate', connectMs }: { readonly name?: string; readonly connectMs?: number } = {},
): Promise<Client> {
  const client = new Client({
    ...connectionOptions(url),
    application_name: name,
    query_timeout: limits.statementMs + 2000,
    ...(connectMs === undefined ? {} : { connectionTimeoutMillis: connectMs }),
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await applySession(client, limits);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
