import { setTimeout as sleep } from 'node:timers/promises';
import { hasPostgres, query, startPostgres } from '../../test/system/world/postgres.ts';
import { hasRedis, openTestRedis } from '../../test/system/world/redis.ts';
import { type Installation, openInstallation, type Work } from '../installation.ts';
import { inRotation, medianOf } from '../measure.ts';
import type { Line } from '../table.ts';
import { spreadOf } from './line.ts';
import type { Row, Scale } from './scale.ts';

/** What is measured: a node with SQLite, and nodes that share PostgreSQL and Redis. */
const setUps = ['sqlite', '1', '2', '3'] as const;

type SetUp = (typeof setUps)[number];

const nodesIn: Readonly<Record<SetUp, number>> = { sqlite: 1, '1': 1, '2': 2, '3': 3 };

const compared = [
  { setUp: '2', which: 'two nodes', floor: 1.7, goal: 1.9 },
  { setUp: '3', which: 'three nodes', floor: 2.3, goal: 2.8 },
] as const;

/** First nobody watches, then each user watches a job: a message costs its poll, too. */
const kinds = ['polls', 'messages'] as const;

type Kind = (typeof kinds)[number];

/** A round of a set-up. */
type Sample = Readonly<Record<Kind, Work>>;

type Samples = Readonly<Record<SetUp, Sample[]>>;

/**
 * How many times as much several nodes do as one, from the CPU time that it takes them: as if each node had a core of its own, and the
 * database were not the limit.
 */
export const nodes: Row = {
  name: 'nodes',
  async measure({ scale }) {
    const samples: Samples = { sqlite: [], '1': [], '2': [], '3': [] };
    if (!hasPostgres || !hasRedis) return linesOf(samples);
    const servers = await openServers(scale);
    try {
      await inRotation(setUps, { warmUps: 0, rounds: scale.nodeRounds }, async (name) => {
        const setUp = setUps.find((each) => each === name) ?? 'sqlite';
        samples[setUp].push(await sampleOf(await servers.open(setUp), scale.nodeSeconds));
        return { cost: Number.NaN, generator: null };
      });
    } finally {
      await servers.close();
    }
    return linesOf(samples);
  },
};

/** Starts PostgreSQL and Redis, for installations with a database each. */
async function openServers({ nodeUsers: users }: Scale) {
  const postgres = await startPostgres({ fsync: 'on' });
  const redis = await openTestRedis();
  return {
    async open(setUp: SetUp): Promise<Installation> {
      const size = { nodes: nodesIn[setUp], users };
      if (setUp === 'sqlite') return openInstallation(size, {}, null);
      const url = await postgres.newDatabase();
      const [server] = await query(url, `SELECT split_part(pg_read_file('postmaster.pid'), chr(10), 1) AS pid`);
      await redis.connect().flushall();
      return openInstallation(size, { DATABASE_URL: url, REDIS_URL: redis.url }, Number(server?.['pid']));
    },
    async close() {
      await redis.close();
      await postgres.stop();
    },
  };
}

async function sampleOf(installation: Installation, seconds: number): Promise<Sample> {
  const warmUpMs = seconds * 500;
  try {
    await sleep(warmUpMs);
    const polls = await installation.measure(seconds);
    await installation.watch();
    await sleep(warmUpMs);
    return { polls, messages: await installation.measure(seconds) };
  } finally {
    await installation.close();
  }
}

function linesOf(samples: Samples): readonly Line[] {
  return compared.flatMap(({ setUp, which, floor, goal }) =>
    kinds.map((kind) => {
      const one = costsOf(samples['1'], kind, 'nodesMs');
      const times = costsOf(samples[setUp], kind, 'nodesMs').map(
        (cost, round) => (nodesIn[setUp] * (one[round] ?? Number.NaN)) / cost,
      );
      return {
        work: `${which} on PostgreSQL and Redis: ${kind}`,
        against: 'one node',
        floor,
        goal,
        measured: medianOf(times),
        unit: 'x',
        more: true,
        spread: times.length === 0 ? '' : spreadOf(times),
        generator: null,
        from:
          times.length === 0
            ? 'needs the Debian packages postgresql and redis-server'
            : costTexts(samples, setUp, kind),
      };
    }),
  );
}

function costTexts(samples: Samples, setUp: SetUp, kind: Kind): string {
  const micros = (of: SetUp, what: 'nodesMs' | 'databaseMs') =>
    (medianOf(costsOf(samples[of], kind, what)) * 1000).toFixed(0);
  const both = (of: SetUp) => `${micros(of, 'nodesMs')} + ${micros(of, 'databaseMs')}`;
  return `CPU each, µs, nodes + database: ${both('1')} on one node, ${both(setUp)} on ${setUp}; SQLite ${micros('sqlite', 'nodesMs')}`;
}

/** Milliseconds of CPU time for each poll or message, round by round. */
function costsOf(samples: readonly Sample[], kind: Kind, of: 'nodesMs' | 'databaseMs'): readonly number[] {
  return samples.map((sample) => sample[kind][of] / sample[kind][kind]);
}
