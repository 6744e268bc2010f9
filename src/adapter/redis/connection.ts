import { Redis } from 'ioredis';
import { withTimeout } from '../../lib/timeout.ts';
import type { Clock, Log } from '../../ports.ts';
import type { RedisHealth, RedisPurpose } from './health.ts';
import { redisOptionsOf } from './options.ts';
import { closedReasonOf, type Progress, reasonOf } from './reason.ts';

/**
 * One connection to Redis. It reconnects by itself until it is closed.
 *
 *                 ready              prove fulfils
 *   connecting ----------> proving ----------------> working
 *        ^                  |   ^                        |
 *        |  close,          |   | 2 s later              | `failed`: Redis refused a command
 *        |  from any state  v   |                        v
 *        '----------------- refused <---------------------
 *
 * A server that has become a replica takes no writes any more, and another is the master: `refused` then leads to a new connection, 2 s
 * later. Once that one works, the node's other connections are made anew, too.
 */
export interface RedisLink {
  /** Rejects commands at once while there is no connection, and others after a second. Callers must catch their promises. */
  readonly client: Redis;
  /** Call this with the error of each failed command. When Redis itself refused it, the connection counts as not working. */
  failed(error: unknown): void;
  /** Waits for the commands already sent, and closes the connection within a second. */
  close(): Promise<void>;
}

/** How to open a connection. */
export type RedisLinkOptions = {
  readonly url: string;
  /** The name of the connection in Redis and in the log. */
  readonly purpose: RedisPurpose;
  /** Uses the connection for its purpose, to show that it works. Called after each connect, and again while Redis refuses it. */
  readonly prove: (client: Redis) => Promise<unknown>;
  readonly health: RedisHealth;
  readonly clock: Clock;
};

const commandTimeoutMs = 1000;

const connectTimeoutMs = 2000;

// When a command has no response for this long, the server is gone without closing the connection.
const socketTimeoutMs = 3000;

const maxRetryMs = 1000;

/** The delay between proofs while Redis refuses them. An operator may grant the missing right meanwhile. */
const proveAgainMs = 2000;

/** Opens a connection, without waiting for it. While Redis is unavailable nothing throws or queues up; `health` logs it. */
export function openRedis({ url, purpose, prove, health, clock }: RedisLinkOptions): RedisLink {
  const client = new Redis({
    ...redisOptionsOf(url),
    connectionName: `reelgate ${purpose}`.replaceAll(' ', '-'),
    connectTimeout: connectTimeoutMs,
    commandTimeout: commandTimeoutMs,
    socketTimeout: socketTimeoutMs,
    retryStrategy: (attempt) => Math.min(maxRetryMs, 50 * 2 ** Math.min(attempt, 10)),
    // A command that could not be sent is useless later.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // It would leave a rejected promise unhandled, which ends the process. A subscriber subscribes in `prove` instead.
    autoResubscribe: false,
  });
  // Why the current connection, or the last attempt to make one, failed. The error itself may contain an AUTH command with the password.
  let reason: string | null = null;
  let stopProof: () => void = () => undefined;
  let wasReplica = false;
  /** How far the current connection, or the last one, came. */
  let progress: Progress = 'begun';

  function proveIt(): void {
    prove(client).then(works, refused);
  }

  function works(): void {
    health.works(purpose);
    if (wasReplica) health.moved(purpose);
    wasReplica = false;
  }

  function reconnect(because: string): void {
    reason = because;
    client.disconnect(true);
  }

  function refused(error: unknown): void {
    if (client.status !== 'ready') return;
    if (isReply(error)) {
      const because = reasonOf(error, url, progress);
      health.fails(purpose, because);
      const isReplica = /READONLY/.test(error.message);
      wasReplica ||= isReplica;
      stopProof();
      stopProof = clock.after(proveAgainMs, isReplica ? () => reconnect(because) : proveIt);
      return;
    }
    // Redis did not respond: the next connection proves itself again.
    reconnect(error instanceof Error ? error.message : 'no response');
  }

  client.on('connecting', () => {
    progress = 'begun';
    // The client emits no event between the connection and the end of the TLS handshake, and has its stream a little later.
    setImmediate(() => {
      const { stream } = client as Partial<Pick<Redis, 'stream'>>;
      const connected = () => {
        if (progress === 'begun') progress = 'connected';
      };
      if (stream?.connecting === true) stream.once('connect', connected);
      else if (stream?.destroyed === false) connected();
    });
  });
  client.on('error', (error: Error) => {
    reason = reasonOf(error, url, progress);
    // While no Sentinel names a master there is no connection that could close.
    if (client.status === 'connecting' && url.includes('+sentinel:')) health.fails(purpose, reason);
  });
  client.on('ready', () => {
    progress = 'ready';
    reason = null;
    proveIt();
  });
  client.on('close', () => {
    stopProof();
    if (client.status === 'end') return;
    health.fails(purpose, reason ?? closedReasonOf(url, progress));
    reason = null;
  });

  const stopMoving = health.onMove(purpose, () => {
    if (client.status === 'ready') reconnect('Redis has another master');
  });

  return {
    client,
    failed(error) {
      if (isReply(error)) refused(error);
    },
    async close() {
      stopProof();
      stopMoving();
      // Redis answers QUIT after all earlier commands. If QUIT fails, the connection is gone already.
      await client.quit().catch(() => undefined);
      client.disconnect();
    },
  };
}

/** Whether Redis itself returned the error. */
function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** Rejects, as if Redis had refused a write, if the server of a connection is a replica: it would carry rings to nobody. */
export async function refuseReplica(client: Redis): Promise<void> {
  // A user without the right to ask is not refused: only the answer counts.
  const told = await client.info('replication').catch(() => '');
  if (/^role:slave/m.test(told))
    throw Object.assign(new Error('READONLY the server is a replica'), { name: 'ReplyError' });
}

/** How long a start waits for Redis. After that the node serves without it. */
const bootTimeoutMs = 3000;

/** Waits for something that needs Redis. When it takes too long, logs a warning and fulfils anyway. */
export async function bootWait(
  ready: Promise<unknown>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<void> {
  if ((await withTimeout(ready, bootTimeoutMs, clock)) === 'late')
    log.warn({}, 'Redis is not available yet; this node starts without it.');
}
