import type { Change } from '../../src/domain/change.ts';
import type { Allowance, Budget, Log, Store } from '../../src/ports.ts';
import { DatabaseFault } from './database.ts';
import type { Hazard } from './hazard.ts';
import type { NodeDeps } from './node.ts';
import { type GivenUp, placeOf } from './observations.ts';

/** How long a node may wait after a fault before it tries again. */
const recoveryMs = 5000;

/** Wraps the store so that a node may crash before or after each call, and so that the database may refuse it without any effect. */
export function endangerStore({ name, world, hazard }: NodeDeps): Store {
  const { timeline, random, climate, database, observations } = world;

  async function run(verb: string, call: () => Promise<unknown>): Promise<unknown> {
    try {
      if (random.chance(climate.weather.fault)) throw new DatabaseFault(`database is locked (${verb})`);
      return await call();
    } catch (error) {
      noteRejection(verb, error);
      throw error;
    }
  }

  function noteRejection(verb: string, error: unknown): void {
    if (error instanceof DatabaseFault) {
      observations.faults += 1;
      observations.troubles.push({ place: placeOf(name), from: timeline.now(), to: timeline.now() + recoveryMs });
      world.trace(name, `${verb} is refused: ${error.message}`);
      return;
    }
    const what = `the store itself rejected ${verb} of ${name}: ${String(error)}`;
    observations.violations.push({ invariant: 'no fault of its own', what });
  }

  const note = (how: GivenUp['how'], changes: readonly Change[]) => noteChanges({ name, world, hazard }, how, changes);
  const noted: Partial<Store> = {
    async admit(admission) {
      const admitted = await database.store.admit(admission);
      if (admitted.kind === 'admitted' && !admitted.replayed)
        observations.storedAt.set(admitted.job.id, timeline.now());
      return admitted;
    },
    async claimDue(...inputs) {
      const changes = await database.store.claimDue(...inputs);
      note('claim', changes);
      return changes;
    },
    async recover(...inputs) {
      const changes = await database.store.recover(...inputs);
      note('start', changes);
      return changes;
    },
    async commit(change, now) {
      const done = await database.store.commit(change, now);
      if (done) note('result', [change]);
      return done;
    },
  };
  return new Proxy(database.store, {
    get(store, verb: keyof Store) {
      // All of a store's members are methods that return promises.
      const method = (noted[verb] ?? store[verb]) as (...inputs: unknown[]) => Promise<unknown>;
      return (...inputs: unknown[]) => hazard.call(verb, () => run(verb, () => method(...inputs)));
    },
  });
}

function noteChanges({ name, world }: NodeDeps, how: GivenUp['how'], changes: readonly Change[]): void {
  const { timeline, observations } = world;
  for (const { to, moved } of changes) {
    if (!moved) continue;
    const seen = { jobId: to.id, node: name, at: timeline.now() };
    if (to.state === 'SUBMITTING') observations.claims.push(seen);
    if (to.failure?.code === 'SUBMISSION_UNCONFIRMED') observations.givenUp.push({ ...seen, how });
  }
}

/** Wraps a budget so that a node may crash or pause at its calls. */
export function endangerBudget(budget: Budget, hazard: Hazard): Budget {
  return { ...endangerAllowance(budget, hazard), submits: endangerAllowance(budget.submits, hazard) };
}

function endangerAllowance(allowance: Allowance, hazard: Hazard): Allowance {
  return {
    take: (wanted) => hazard.call('take', () => allowance.take(wanted)),
    giveBack(unused) {
      if (hazard.strike('before giveBack')) allowance.giveBack(unused);
    },
    pauseUntil(at) {
      if (hazard.strike('before pauseUntil')) allowance.pauseUntil(at);
    },
    available: allowance.available,
    nextAt: allowance.nextAt,
  };
}

/** Creates a node's log, which writes to the story. An error that is not a database fault is a violation. */
export function createNodeLog({ name, world, hazard }: NodeDeps): Log {
  const write = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    if (!hazard.alive) return;
    const { err, ...facts } = fields;
    const text = err instanceof Error ? err.message : '';
    world.trace(name, `${level}: ${message} ${text} ${JSON.stringify(facts)}`);
    if (err !== undefined && !(err instanceof DatabaseFault)) {
      world.observations.violations.push({
        invariant: 'no fault of its own',
        what: `${name} logs: ${message} ${String(err)}`,
      });
    }
  };
  return { debug: () => undefined, info: write('info'), warn: write('warn'), error: write('error') };
}
