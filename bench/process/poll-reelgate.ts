// The gateway's poller with its own client and its own store on disk. Arguments: the database's file, the provider's port.

import { createLocalBell } from '../../src/adapter/bell/local.ts';
import { createOpenBudget } from '../../src/adapter/budget/local.ts';
import { createSystemClock } from '../../src/adapter/clock/system.ts';
import { openSegmind } from '../../src/adapter/provider/segmind/client.ts';
import { openSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import { createEstimates } from '../../src/read/estimates.ts';
import { createPoller } from '../../src/worker/poller.ts';
import { type PollCommands, serveCommands } from './commands.ts';
import { gauges } from './server.ts';
import { account, createStoredJobs, log, unlimited } from './stored-jobs.ts';

const [file = '', port = ''] = process.argv.slice(2);

const clock = createSystemClock();

/** Stores each job a little later than the previous one, all in the past, so that all are due at once. */
const past = { ...clock, now: () => clock.now() - 120_000 };

const store = openSqliteStore({ file, newId: clock.newId, exclusive: true });

// Every job is always due: this measures how fast polls can follow each other.
const pace = { intervalMs: 1, deadlineMs: 3_300_000, resendLimit: 0 };

const stored = createStoredJobs(store, past, pace);

const pollUrlOf = (id: string) => `http://127.0.0.1:${port}/workflows/request/${id}`;

const segmind = openSegmind({
  baseUrl: `http://127.0.0.1:${port}`,
  workflow: 'bench',
  apiKey: 'SG_0123456789abcdef',
  auth: 'bearer',
  seedType: 'string',
  fileLifetimeMs: null,
  clock,
  log,
});

const commands: PollCommands = {
  async jobs(count) {
    await store.arrive(account, unlimited, clock.now());
    await Promise.all(Array.from({ length: count }, (_, place) => stored.make(place, pollUrlOf, 0)));
  },
  async run(polls) {
    let polled = 0;
    const startedAt = performance.now();
    let finish: () => void = () => undefined;
    const done = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const bell = createLocalBell();
    const counting: typeof bell = {
      ...bell,
      // A poll is over when it is committed and rung.
      ring(topics) {
        polled += 1;
        bell.ring(topics);
        if (polled === polls) finish();
      },
    };
    const budget = createOpenBudget({ clock });
    const estimates = createEstimates({ store, clock });
    const deps = { store, provider: segmind, bell: counting, budget, clock, estimates, pace, keepsVideos: false, log };
    const poller = createPoller({ ...deps, environment: 'LIVE' });
    poller.start();
    await done;
    const wallMicros = (performance.now() - startedAt) * 1000;
    await poller.stop();
    return wallMicros;
  },
  memory: gauges.memory,
};

serveCommands(commands);
