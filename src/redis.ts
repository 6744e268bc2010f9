import { Redis } from 'ioredis';
import { within } from './deadline.ts';
import type { Clock, Log } from './ports.ts';

/** One connection to Redis, which comes back by itself for as long as it is not closed. */
export interface RedisLink {
  /** Refuses commands at once while there is no connection, and ends each within a second: their promises must be caught. */
  readonly client: Redis;
  /** Sends what is on its way and hangs up, within a second. */
  close(): Promise<void>;
}

/** How a connection is opened. */
export type RedisLinkOptions = {
  readonly url: string;
  /** What it is for: its name at the server and in the log. */
  readonly purpose: 'bell ring' | 'bell listen' | 'budget';
  readonly log: Log;
  /** Called whenever there is a connection, the first and each that follows. */
  readonly onReady?: () => void;
};

const commandWithinMs = 1000;
const connectWithinMs = 2000;
// A command that is unanswered for so long means that the other end is gone without a word.
const silentMs = 3000;
const maxRetryMs = 1000;

/** Opens a connection, without waiting for it. While Redis is away nothing throws and nothing queues up; the log tells once of each outage, and of its end. */
export function openRedis({ url, purpose, log, onReady }: RedisLinkOptions): RedisLink {
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
    // It would leave a rejected promise unhandled, which ends the process: whoever subscribes does so in onReady.
    autoResubscribe: false,
  });

  let isAway = false;
  // The error itself would bring the command along that failed, and with AUTH the password.
  let reason: string | null = null;
  client.on('error', (error: Error) => {
    reason = error.message;
  });
  client.on('ready', () => {
    if (isAway) log.info({ purpose }, 'Redis is there again.');
    isAway = false;
    onReady?.();
  });
  client.on('close', () => {
    if (isAway || client.status === 'end') return;
    isAway = true;
    log.warn({ purpose, reason }, 'Redis is away. The gateway goes on without it, and looks for it every second.');
  });

  return {
    client,
    async close() {
      // Answered after all that was sent before it; where it is not, there is nobody to say goodbye to.
      await client.quit().catch(() => undefined);
      client.disconnect();
    },
  };
}

/** A start waits for Redis no longer than this: a node that begins while Redis is away serves, too. */
const bootWithinMs = 3000;

/** Fulfils when something that needs Redis is there, or with a warning in the log when that takes too long. */
export async function bootWait(
  there: Promise<void>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<void> {
  if ((await within(there, bootWithinMs, clock)) === 'late')
    log.warn({}, 'REDIS_URL is not answered; this node starts without.');
}
