import { openSharedClock, type SharedClock } from '../adapter/clock/database.ts';
import { openStore } from '../adapter/store/open.ts';
import type { Config } from '../config/config.ts';
import { environments } from '../domain/job.ts';
import type { VideoSettings } from '../gateway/video.ts';
import type { CloseStack } from '../lib/close-stack.ts';
import type { Clock, Log, Store } from '../ports.ts';
import { recoverJobs } from '../worker/recovery.ts';
import { auditSettings } from './audit.ts';
import { videoSettingsOf } from './videos.ts';
import { createLateBody } from './webhooks.ts';

/** The database of an installation, opened, and what depends on it alone. */
export type Database = {
  readonly store: Store;
  /** The clock that all nodes of the database follow. */
  readonly clock: SharedClock;
  readonly secret: Uint8Array;
  readonly videos: VideoSettings;
  /** The database's incarnation, if it was ever restored. */
  readonly restored: { readonly incarnation?: string };
};

type DatabaseDeps = {
  readonly systemClock: Clock;
  readonly log: Log;
  /** Receives how to close what was opened. */
  readonly opened: CloseStack;
  /** Adds to the store what counts and what injects faults. */
  readonly wrap: (store: Store) => Store;
  readonly publicUrl: () => string;
};

/** How long a start waits for the process that serves the database: a little longer than a stop takes. */
const lockWaitMs = 20_000;

/** Opens the database and recovers its jobs, before anything serves. */
export async function openDatabase(config: Config, deps: DatabaseDeps): Promise<Database> {
  const { systemClock, log, opened, wrap, publicUrl } = deps;
  const body = createLateBody();
  const options = {
    newId: systemClock.newId,
    exclusive: true,
    shared: config.redisUrl !== null,
    warn: (sentence: string) => log.warn({}, sentence),
    waitMs: lockWaitMs,
    writeBody: body.write,
  };
  const store = wrap(await openStore(config.databaseUrl, options));
  opened.push(() => store.close());
  const clock = await openSharedClock({ clock: systemClock, store, log });
  opened.push(() => clock.close());
  const secret = await store.secret();
  const videos = videoSettingsOf(config.media, { publicUrl, secret, now: clock.now });
  // Jobs that a start ends are told to webhooks, too.
  body.show(videos);
  await recoverJobs({ store, clock, log, spreadMs: config.pollIntervalMs });
  await auditSettings(config, { store, clock });
  for (const environment of environments)
    await store.defaultBudget(environment, config.budgets.installation, clock.now());
  const incarnation = await store.incarnation();
  return { store, clock, secret, videos, restored: incarnation === null ? {} : { incarnation } };
}
