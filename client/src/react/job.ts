import { useMemo } from 'react';
import { laterStates } from '../later.ts';
import type { Reelgate } from '../reelgate.ts';
import type { CreditAccount, Job } from '../schema.ts';
import { useReelgate } from './context.tsx';
import { createLive, createShelf, type Live, useLive } from './live.ts';

type Shelf = ReturnType<typeof createShelf<Live<Job>>>;

const shelves = new WeakMap<Reelgate, Shelf>();
const accounts = new WeakMap<Reelgate, Live<CreditAccount>>();

/** A job, live, shared by all components. */
export function liveJobOf(client: Reelgate, id: string): Live<Job> {
  const shelf = shelves.get(client) ?? createShelf<Live<Job>>();
  shelves.set(client, shelf);
  return shelf(id, () => createLive((signal) => statesOf(client, id, signal)));
}

/** The states of a job, and then of its video, as long as more of it may come. */
async function* statesOf(client: Reelgate, id: string, signal: AbortSignal): AsyncGenerator<Job, void, void> {
  let last: Job | null = null;
  for await (const job of client.watch(id, { signal })) {
    last = job;
    yield job;
  }
  if (last !== null) yield* laterStates(last, { read: () => client.job(id, { signal }), signal });
}

/** A job as it is now; null until the first state arrives. `error`: why no newer one comes. */
export type JobState = { readonly job: Job | null; readonly error: Error | null };

/** Follows a job to its end. Without an id it does nothing. */
export function useJob(id: string | null | undefined): JobState {
  const client = useReelgate();
  const live = useMemo(() => (id ? liveJobOf(client, id) : null), [client, id]);
  const { value, error } = useLive(live);
  return { job: value, error };
}

/** The viewer's credits as they are now; needs a token with `credits:read`. */
export function useCredits(): { readonly account: CreditAccount | null; readonly error: Error | null } {
  const client = useReelgate();
  const live = useMemo(() => {
    const known = accounts.get(client) ?? createLive((signal) => client.watchCredits({ signal }));
    accounts.set(client, known);
    return known;
  }, [client]);
  const { value, error } = useLive(live);
  return { account: value, error };
}
