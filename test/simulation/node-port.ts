import type { Change } from '../../src/domain/change.ts';
import type { Budget, Log, Store } from '../../src/ports.ts';
import { DatabaseFault } from './database.ts';
import type { Hazard } from './hazard.ts';
import type { NodeDeps } from './node.ts';
import { type GivenUp, placeOf } from './witness.ts';

/** After a fault a node may take this long to try again. */
const recoveryMs = 5000;

/** Every verb of the store may be the last thing that a node does, before it or after; and it may be refused, with nothing done. */
export function endangerStore({ name, world, hazard }: NodeDeps): Store {
  const { timeline, random, climate, database, witness } = world;

  async function run(verb: string, deed: () => Promise<unknown>): Promise<unknown> {
    try {
      if (random.chance(climate.weather.fault)) throw new DatabaseFault(`database is locked (${verb})`);
      return await deed();
    } catch (error) {
      noteRejection(verb, error);
      throw error;
    }
  }

  function noteRejection(verb: string, error: unknown): void {
    if (error instanceof DatabaseFault) {
      witness.faults += 1;
      witness.troubles.push({ place: placeOf(name), from: timeline.now(), to: timeline.now() + recoveryMs });
      world.tell(name, `${verb} is refused: ${error.message}`);
      return;
    }
    const what = `${verb} of ${name} was refused by the store itself: ${String(error)}`;
    witness.misdeeds.push({ invariant: 'no fault of its own', what });
  }

  const note = (how: GivenUp['how'], changes: readonly Change[]) => noteChanges({ name, world, hazard }, how, changes);
  const noted: Partial<Store> = {
    async admit(admission) {
      const admitted = await database.store.admit(admission);
      if (admitted.kind === 'admitted' && !admitted.replayed) witness.storedAt.set(admitted.job.id, timeline.now());
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
      if (done) note('reply', [change]);
      return done;
    },
  };
  return new Proxy(database.store, {
    get(store, verb: keyof Store) {
      // All of a store's members are verbs that return promises.
      const deed = (noted[verb] ?? store[verb]) as (...inputs: unknown[]) => Promise<unknown>;
      return (...inputs: unknown[]) => hazard.call(verb, () => run(verb, () => deed(...inputs)));
    },
  });
}

function noteChanges({ name, world }: NodeDeps, how: GivenUp['how'], changes: readonly Change[]): void {
  const { timeline, witness } = world;
  for (const { to, moved } of changes) {
    if (!moved) continue;
    const seen = { jobId: to.id, node: name, at: timeline.now() };
    if (to.state === 'SUBMITTING') witness.claims.push(seen);
    if (to.failure?.code === 'SUBMISSION_UNCONFIRMED') witness.givenUp.push({ ...seen, how });
  }
}

/** A budget at which a node may crash or stand still. */
export function endangerBudget(budget: Budget, hazard: Hazard): Budget {
  return {
    take: (wanted) => hazard.call('take', () => budget.take(wanted)),
    giveBack(unused) {
      if (hazard.strike('before giveBack')) budget.giveBack(unused);
    },
    pauseUntil(at) {
      if (hazard.strike('before pauseUntil')) budget.pauseUntil(at);
    },
    nextAt: budget.nextAt,
  };
}

/** A node's log: told in the story; an error that is not the database's is a fault of the node's own. */
export function createNodeLog({ name, world, hazard }: NodeDeps): Log {
  const say = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    if (!hazard.alive) return;
    const { err, ...facts } = fields;
    const text = err instanceof Error ? err.message : '';
    world.tell(name, `${level}: ${message} ${text} ${JSON.stringify(facts)}`);
    if (err !== undefined && !(err instanceof DatabaseFault)) {
      world.witness.misdeeds.push({
        invariant: 'no fault of its own',
        what: `${name} logs: ${message} ${String(err)}`,
      });
    }
  };
  return { debug: () => undefined, info: say('info'), warn: say('warn'), error: say('error') };
}
