import { Client } from 'pg';
import { StoreOpenError } from '../../shared/open-error.ts';
import { connectionOptions } from './session.ts';

const rounds = 2;

/**
 * Rejects with a StoreOpenError if a pooler such as PgBouncer hands out sessions per transaction or per statement. There a lock would stay
 * behind at a session that others use, and a setting would reach other programs.
 *
 * It shows in two connections, A and B, in the order A B A A B: with sessions of their own, each always meets one server process, and never
 * the other's. A pooler that prefers the session used last gives A's to B; one that takes turns changes A's.
 */
export async function refuseSharedSessions(url: string, connectMs: number): Promise<void> {
  const options = { ...connectionOptions(url), application_name: 'reelgate probe' };
  const timeouts = { connectionTimeoutMillis: connectMs, query_timeout: connectMs };
  const [a, b] = [new Client({ ...options, ...timeouts }), new Client({ ...options, ...timeouts })];
  for (const client of [a, b]) client.on('error', () => undefined);
  const seen = new Map<Client, Set<number>>([
    [a, new Set()],
    [b, new Set()],
  ]);
  try {
    await a.connect();
    await b.connect();
    for (let round = 0; round < rounds; round += 1) {
      for (const client of [a, b, a, a, b]) {
        const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        seen.get(client)?.add(rows[0]?.pid ?? 0);
      }
    }
  } finally {
    await Promise.all([a, b].map((client) => client.end().catch(() => undefined)));
  }
  const all = [...seen.values()].flatMap((pids) => [...pids]);
  if (all.length === 2 && new Set(all).size === 2) return;
  throw new StoreOpenError(
    'The pooler in front of PostgreSQL (such as PgBouncer) gives out sessions per transaction or per statement, and Reelgate needs ' +
      'its own for locks: set pool_mode = session for this database, or connect to PostgreSQL directly.',
  );
}
