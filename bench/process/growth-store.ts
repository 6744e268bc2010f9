// The store on a database of a given size. Argument: the database's file.
import { setImmediate } from 'node:timers/promises';
import { createSystemClock } from '../../src/adapter/clock/system.ts';
import { type Connection, openConnection } from '../../src/adapter/store/sqlite/engine/connection.ts';
import { createSqliteStore } from '../../src/adapter/store/sqlite/store.ts';
import type { Job } from '../../src/domain/job.ts';
import { advance } from '../../src/domain/life.ts';
import { estimateOf, livePrior } from '../../src/domain/progress.ts';
import { serveCommands } from './commands.ts';
import { fillDatabase, startedAt } from './fill.ts';

/** The timed operations, each in microseconds of CPU per call. */
export type Timed = { readonly [Name in 'query' | 'list' | 'claim' | 'commit' | 'feed']: number };

/** This process's commands. */
export type GrowthCommands = {
  /** Creates a database of this many jobs, and opens it. */
  fill(input: { readonly count: number; readonly running: number }): void;
  /** Runs each operation this many times. */
  time(operations: number): Promise<Timed>;
};

const [file = ''] = process.argv.slice(2);

const { newId, random } = createSystemClock();

const given = {
  pace: { intervalMs: 7000, deadlineMs: 1_200_000, resendLimit: 0 },
  chance: 0.5,
  estimate: estimateOf([], livePrior),
};

const together = 50;

const pageOf = 20;

const feedBatch = 100;

/** A prime: steps of this size visit each job once. */
const stride = 7919;

let connection: Connection | null = null;

let jobCount = 0;

let now = startedAt + 3_000_000_000;

function idOf(place: number): string {
  const digits = (startedAt + place).toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-7000-8000-${place.toString(16).padStart(12, '0')}`;
}

async function microsEach(times: number, run: (time: number) => Promise<unknown>): Promise<number> {
  await setImmediate();
  const before = process.cpuUsage();
  for (let time = 0; time < times; time += 1) await run(time);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

const commands: GrowthCommands = {
  fill({ count, running }) {
    fillDatabase(file, count, running);
    connection = openConnection(file, true);
    jobCount = count;
  },
  async time(operations) {
    if (connection === null) throw new Error('Nothing is filled');
    // The first read of a row may cost more, so this read is of a job not read before.
    const opened = createSqliteStore(connection, newId);
    const somewhere = () => Math.max(1, Math.ceil(random() * jobCount));
    const anyJob = { status: null, externalId: null };
    const order = { environment: 'LIVE', submits: 0, polls: together, endings: 0 } as const;
    let taken: readonly Job[] = [];
    const first = somewhere();
    const query = await microsEach(Math.min(operations, jobCount), (time) =>
      opened.findJob(idOf(1 + ((first + time * stride) % jobCount))),
    );
    const list = await microsEach(operations, () =>
      opened.listJobs('account', anyJob, {
        count: { from: 'start', limit: pageOf },
        after: null,
        before: idOf(somewhere()),
      }),
    );
    const rounds = Math.ceil(operations / together);
    const claim = await microsEach(rounds, async () => {
      now += 60_000;
      const changes = await opened.claimDue(order, now, (job) => advance(job, { type: 'claimed' }, { ...given, now }));
      taken = changes.map(({ to }) => to);
    });
    const commit = await microsEach(rounds, async () => {
      now += 1;
      const changes = taken.map((job) => {
        const status = job.state === 'QUEUED' ? 'PROCESSING' : 'QUEUED';
        const change = advance(job, { type: 'seen', status }, { ...given, now });
        if (change === null) throw new Error('A running job was not');
        return change;
      });
      const written = await Promise.all(changes.map((change) => opened.commit(change, now)));
      if (written.includes(false)) throw new Error('A change was lost');
      taken = changes.map(({ to }) => to);
    });
    const feed = await microsEach(operations, () => opened.readFeed('account', somewhere() * 4, feedBatch));
    return { query, list, claim: claim / together, commit: commit / together, feed };
  },
};

serveCommands(commands);
