import type { Change } from './domain/change.ts';
import type { Job } from './domain/job.ts';
import type { Errands } from './errand.ts';
import type { Admission, AdmitFailure, Budget, Clock, Store, Taken } from './ports.ts';

/** How many errands may be under way together. */
const maxInFlight = 512;

/** What they are stored by. */
type Parts = {
  readonly store: Store;
  readonly budget: Budget;
  readonly clock: Clock;
  readonly errands: Errands;
  /** What a due row becomes. */
  readonly decide: (job: Job, now: number) => Change | null;
  /** Has another round come soon. */
  readonly wake: () => void;
};

/**
 * The way of new jobs into the store. One whose submit has to wait for nothing and nobody is stored as claimed already: one transaction
 * and one wait for the disk, where a round's claim is a second of each.
 */
export interface NewJobs {
  /** How many errands more may begin: beside those under way, what is being stored or claimed may become some. */
  freePlaces(): number;
  /** To be told by a round how many may come of its claim, until they have begun. */
  hold(places: number): void;
  /** Whether a job is in this node's hands: an errand or, though none has begun and the node may not know yet, on disk as claimed. */
  isInHand(jobId: string): boolean;
  /** Stores a job and, where it is claimed with that, sets about its submit. */
  admit(admission: Admission): Promise<Taken | AdmitFailure>;
  /** To be told by each round: as long as it leaves something waiting for a request, new jobs wait for a round, too, and do not go first. */
  setCrowded(isCrowded: boolean): void;
  /** From now on none is claimed; fulfils when none is being stored that could become an errand. */
  settled(): Promise<void>;
}

/** The new jobs of one environment; they wait for a round until the first has seen what waits. */
export function createNewJobs({ store, budget, clock, errands, decide, wake }: Parts): NewJobs {
  /** The ids of those that are being stored and may become errands. */
  const underWay = new Set<string>();
  let held = 0;
  let isCrowded = true;
  let stopping = false;
  let tellSettled: () => void = () => undefined;

  function giveBack(): void {
    budget.giveBack(1);
    // A round may have found nothing left.
    if (isCrowded) wake();
  }

  const freePlaces = () => Math.max(0, maxInFlight - errands.count - underWay.size - held);

  /** Stores a job for which a request has been taken; it is given back where there is none to send. */
  async function admitClaimed(admission: Admission): Promise<Taken | AdmitFailure> {
    // Before the claim is on disk, so that the time this takes counts, too.
    const claimedAt = clock.monotonic();
    const last: { claim: Change | null } = { claim: null };
    underWay.add(admission.id);
    try {
      const answer = await store.admit(admission, (job) => {
        const change = decide(job, admission.createdAt);
        // A transaction that is run again asks again; what it did last is what stands.
        last.claim = change?.to.state === 'SUBMITTING' ? change : null;
        return last.claim;
      });
      // The job that a key already stands for is in other hands, whatever its state.
      if (answer.kind !== 'admitted' || answer.replayed || last.claim === null) {
        giveBack();
        return answer;
      }
      errands.announce(last.claim);
      const { kind, job, account, replayed } = answer;
      return { kind, job, account, replayed, sent: errands.begin(job, claimedAt).end };
    } catch (error) {
      giveBack();
      throw error;
    } finally {
      underWay.delete(admission.id);
      if (underWay.size === 0) tellSettled();
    }
  }

  return {
    freePlaces,
    isInHand: (jobId) => errands.has(jobId) || underWay.has(jobId),
    async admit(admission) {
      const isNext = !stopping && !isCrowded && freePlaces() > 0 && budget.takeAtOnce();
      const answer = await (isNext ? admitClaimed(admission) : store.admit(admission));
      if (answer.kind === 'admitted' && !answer.replayed && answer.job.state === 'PENDING') isCrowded = true;
      return answer;
    },
    hold: (places) => {
      held = places;
    },
    setCrowded: (is) => {
      isCrowded = is;
    },
    settled() {
      stopping = true;
      if (underWay.size === 0) return Promise.resolve();
      return new Promise((resolve) => {
        tellSettled = resolve;
      });
    },
  };
}
