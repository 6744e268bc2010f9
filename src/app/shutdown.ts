import type { Config } from '../config/config.ts';
import type { CloseStack } from '../lib/close-stack.ts';
import type { Clock, Log } from '../ports.ts';
import type { Server } from '../server/server.ts';

/** After the delay the gateway still listens this long and refuses: a proxy can repeat elsewhere what got a 503. */
const refusingMs = 1000;

/** The parts of an installation that its shutdown needs. */
export type ShutdownDeps = {
  readonly config: Pick<Config, 'shutdownDelayMs'>;
  readonly server: Pick<Server, 'leave' | 'drain'>;
  readonly opened: CloseStack;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Log;
};

/**
 * Shuts an installation down.
 *
 *     signal ── SHUTDOWN_DELAY_SECONDS ──▶ drain ── 1 s ──▶ close: pollers and running operations, sockets, files
 *     not ready,                           operations get
 *     serves everything                    503; nothing is stored
 *
 * Without a delay, which only a proxy needs, the close begins at once.
 */
export async function shutDown({ config, server, opened, clock, log }: ShutdownDeps, reason: string): Promise<void> {
  const { shutdownDelayMs: delayMs } = config;
  const passed = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  server.leave();
  if (delayMs > 0) {
    log.info({ reason, delayMs }, 'Not ready any more; serving until the delay is over.');
    await passed(delayMs);
  }
  log.info({ reason }, 'Stopping: waiting for requests in flight.');
  server.drain();
  if (delayMs > 0) await passed(refusingMs);
  await opened.closeAll();
  log.info({}, 'Stopped.');
}
