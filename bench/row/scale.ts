import type { Fleet } from '../fleet.ts';
import type { Rounds } from '../measure.ts';
import type { CastMember } from '../process/server.ts';
import type { Line } from '../table.ts';

/** The size of each measurement. The quick scale only shows that everything works. */
export type Scale = Rounds & {
  /** Users with one socket and one job each. */
  readonly users: number;
  /** Those of them who connect to a running server. */
  readonly connecting: number;
  /** Those of them who watch a feed of `jobsEach` running jobs. */
  readonly dashboards: number;
  readonly jobsEach: number;
  /** A service account: its sockets, its jobs, and how many of them each socket watches. */
  readonly team: { readonly sockets: number; readonly jobs: number; readonly watched: number };
  readonly changes: number;
  readonly crowd: number;
  readonly crowdJobs: number;
  readonly burst: number;
  readonly players: number;
  readonly queries: number;
  readonly reads: number;
  readonly pages: number;
  readonly mutations: number;
  readonly newcomers: number;
  readonly polls: number;
  readonly inFlight: number;
  readonly starts: number;
  readonly manyJobs: number;
  readonly growth: readonly number[];
  readonly operations: number;
  /** Of an installation with several nodes: users with a job each, the seconds of a measurement, and its rounds. */
  readonly nodeUsers: number;
  readonly nodeSeconds: number;
  readonly nodeRounds: number;
};

/** The scale of the figures in docs/performance.md. */
export const fullScale: Scale = {
  warmUps: 1,
  rounds: 4,
  users: 5000,
  connecting: 2500,
  dashboards: 500,
  jobsEach: 20,
  team: { sockets: 20, jobs: 200, watched: 100 },
  changes: 2,
  crowd: 10_000,
  crowdJobs: 50,
  burst: 1000,
  players: 500,
  queries: 1000,
  reads: 5000,
  pages: 1000,
  mutations: 1000,
  newcomers: 2000,
  polls: 20_000,
  inFlight: 20_000,
  starts: 3,
  manyJobs: 1_000_000,
  growth: [1000, 100_000, 1_000_000],
  operations: 2000,
  nodeUsers: 600,
  nodeSeconds: 4,
  nodeRounds: 2,
};

/** Every row in a few seconds. */
export const quickScale: Scale = {
  warmUps: 1,
  rounds: 1,
  users: 20,
  connecting: 20,
  dashboards: 5,
  jobsEach: 4,
  team: { sockets: 4, jobs: 10, watched: 5 },
  changes: 2,
  crowd: 40,
  crowdJobs: 10,
  burst: 20,
  players: 5,
  queries: 50,
  reads: 200,
  pages: 50,
  mutations: 40,
  newcomers: 20,
  polls: 200,
  inFlight: 100,
  starts: 1,
  manyJobs: 1000,
  growth: [100, 500, 1000],
  operations: 50,
  nodeUsers: 20,
  nodeSeconds: 1,
  nodeRounds: 1,
};

/** The name of the service account. */
export const teamName = 'team';

/** Who uses a real installation, with its default limits: many users, and a service account. */
export function castOf({ users, dashboards, jobsEach, team }: Scale): readonly CastMember[] {
  const members = Array.from({ length: users }, (_, user) => ({
    owner: `user-${user}`,
    jobs: user < dashboards ? jobsEach : 1,
  }));
  return [...members, { owner: teamName, jobs: team.jobs }];
}

/** One user who watches everything, which needs a gateway without limits. */
export function crowdOf({ crowdJobs }: Scale): readonly CastMember[] {
  return [{ owner: 'crowd', jobs: crowdJobs }];
}

/** `users`: as `castOf`; `published`: the same, with ES256 and an issuer's published key; `crowd`: as `crowdOf`. */
export type FleetKind = 'users' | 'published' | 'crowd';

/** Opens the fleet that a row needs, and closes the one before it. */
export type Stage = { readonly scale: Scale; readonly fleet: (kind: FleetKind) => Promise<Fleet> };

/** One row of the table, which may have several lines; `--only` selects it by `name`. */
export type Row = { readonly name: string; readonly measure: (stage: Stage) => Promise<readonly Line[]> };
