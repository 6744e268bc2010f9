import type { Fleet } from '../fleet.ts';
import type { Rounds } from '../measure.ts';
import type { Line } from '../table.ts';

/** The size of each measurement. The quick scale only shows that everything works. */
export type Scale = Rounds & {
  readonly fanOut: readonly number[];
  readonly eventsEach: number;
  readonly burstSockets: number;
  readonly dashboards: number;
  readonly jobsEach: number;
  readonly ownJobs: number;
  readonly stallSockets: number;
  readonly idleSockets: number;
  readonly players: number;
  readonly queries: number;
  readonly reads: number;
  readonly mutations: number;
  readonly polls: number;
  readonly inFlight: number;
  readonly starts: number;
  readonly manyJobs: number;
  readonly growth: readonly number[];
  readonly operations: number;
};

/** The scale of the figures in docs/performance.md. */
export const fullScale: Scale = {
  warmUps: 2,
  rounds: 7,
  fanOut: [5000, 10_000],
  eventsEach: 6,
  burstSockets: 1000,
  dashboards: 200,
  jobsEach: 50,
  ownJobs: 5000,
  stallSockets: 10_000,
  idleSockets: 10_000,
  players: 500,
  queries: 1000,
  reads: 20_000,
  mutations: 2000,
  polls: 20_000,
  inFlight: 20_000,
  starts: 7,
  manyJobs: 1_000_000,
  growth: [1000, 100_000, 1_000_000],
  operations: 2000,
};

/** Every row in a few seconds. */
export const quickScale: Scale = {
  warmUps: 1,
  rounds: 1,
  fanOut: [20, 40],
  eventsEach: 2,
  burstSockets: 20,
  dashboards: 5,
  jobsEach: 5,
  ownJobs: 20,
  stallSockets: 20,
  idleSockets: 20,
  players: 5,
  queries: 50,
  reads: 200,
  mutations: 40,
  polls: 200,
  inFlight: 100,
  starts: 1,
  manyJobs: 1000,
  growth: [100, 500, 1000],
  operations: 50,
};

/** Opens the fleet when a row first needs it, once for all rows. */
export type Stage = { readonly scale: Scale; readonly fleet: () => Promise<Fleet> };

/** One row of the table, which may have several lines; `--only` selects it by `name`. */
export type Row = { readonly name: string; readonly measure: (stage: Stage) => Promise<readonly Line[]> };
