import { Redis } from 'ioredis';
import { withTimeout } from '../../lib/timeout.ts';
import type { Clock, Log } from '../../ports.ts';
import type { RedisHealth, RedisPurpose } from './health.ts';

/**
 * One connection to Redis, which comes back by itself for as long as it is not closed.
 *
 *                 ready              prove fulfils
 *   connecting ----------> proving ----------------> working
 *        ^                  |   ^                        |
 *        |  close,          |   | 2 s later              | `failed`: Redis refused a command
 *        |  from any state  v   |                        v
 *        '----------------- refused <---------------------
 */
export interface RedisLink {
  /** Refuses commands at once while there is no connection, and ends each within a second: their promises must be caught. */
  readonly client: Redis;
  /** Is told of each command that failed. One that Redis itself refused means that the connection does not work, whatever it proved before. */
  failed(error: unknown): void;
  /** Sends what is on its way and hangs up, within a second. */
  close(): Promise<void>;
}

/** How a connection is opened. */
export type RedisLinkOptions = {
  readonly url: string;
  /** What it is for: its name at the server and in the log. */
  readonly purpose: RedisPurpose;
  /** Does, with this connection, what it is for: only that shows that it works. Called for each connection, and again while Redis refuses. */
  readonly prove: (client: Redis) => Promise<unknown>;
  readonly health: RedisHealth;
  readonly clock: Clock;
};

const commandWithinMs = 1000;

const connectWithinMs = 2000;

// A command that is unanswered for so long means that the other end is gone without a word.
const silentMs = 3000;

const maxRetryMs = 1000;

/** How soon a refused command is tried again: an operator may have given the right meanwhile. */
const proveAgainMs = 2000;

/** Opens a connection, without waiting for it. While Redis is away nothing throws and nothing queues up; `health` is told of it. */
export function openRedis({ url, purpose, prove, health, clock }: RedisLinkOptions): RedisLink {
  const client = new Redis(url, {
    connectionName: `reelgate ${purpose}`.replaceAll(' ', '-'),
    connectTimeout: connectWithinMs,
    commandTimeout: commandWithinMs,
    socketTimeout: silentMs,
    retryStrategy: (attempt) => Math.min(maxRetryMs, 50 * 2 ** Math.min(attempt, 10)),
    // What could not be sent is worth nothing later.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // It would leave a rejected promise unhandled, which ends the process: whoever subscribes does so in `prove`.
    autoResubscribe: false,
  });
  // Of the connection that there is, or of the last try to make one. The error itself would bring the command along, and with AUTH the password.
  let reason: string | null = null;
  let stopProof: () => void = () => undefined;

  function proveIt(): void {
    prove(client).then(() => health.works(purpose), refused);
  }

  function refused(error: unknown): void {
    if (client.status !== 'ready') return;
    if (isReply(error)) {
      health.fails(purpose, reasonOf(error, url));
      stopProof();
      stopProof = clock.after(proveAgainMs, proveIt);
      return;
    }
    // Unanswered: the next connection tries again.
    reason = error instanceof Error ? error.message : null;
    client.disconnect(true);
  }

  client.on('error', (error: Error) => {
    reason = reasonOf(error, url);
  });
  client.on('ready', () => {
    reason = null;
    proveIt();
  });
  client.on('close', () => {
    stopProof();
    if (client.status === 'end') return;
    health.fails(purpose, reason ?? closedReasonOf(url));
    reason = null;
  });

  return {
    client,
    failed(error) {
      if (isReply(error)) refused(error);
    },
    async close() {
      stopProof();
      // Answered after all that was sent before it; where it is not, there is nobody to say goodbye to.
      await client.quit().catch(() => undefined);
      client.disconnect();
    },
  };
}

/** Whether Redis itself answered so. */
function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

function reasonOf({ message }: Error, url: string): string {
  if (/^(WRONGPASS|NOAUTH|ERR invalid password)/.test(message))
    return `REDIS_URL has a wrong user or password: ${message}`;
  if (/^NOPERM|user executing the script can't/.test(message))
    return `the user of REDIS_URL lacks a right, see "Rights at Redis" in docs/scaling.md: ${message}`;
  // A port without TLS waits for the rest of what it takes for a command, or ends the connection.
  if (isTls(url) && /TIMEDOUT|ECONNRESET|EPROTO|SSL|TLS|wrong version|packet length/i.test(message))
    return `TLS was not answered; a port without it is redis://, not rediss://: ${message}`;
  return message;
}

function closedReasonOf(url: string): string {
  return isTls(url)
    ? 'the connection was closed; a port without TLS is redis://, not rediss://'
    : 'the connection was closed; a port with TLS is rediss://, not redis://';
}

function isTls(url: string): boolean {
  return url.startsWith('rediss:');
}

/** A start waits for Redis no longer than this: a node that begins while Redis is away serves, too. */
const bootWithinMs = 3000;

/** Fulfils when something that needs Redis is there, or with a warning in the log when that takes too long. */
export async function bootWait(
  there: Promise<unknown>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<void> {
  if ((await withTimeout(there, bootWithinMs, clock)) === 'late')
    log.warn({}, 'Redis cannot be used yet; this node starts without.');
}
