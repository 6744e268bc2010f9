import { isEnded, type Job } from '../../src/domain/job.ts';
import type { Account } from '../../src/domain/ledger.ts';
import type { Subject } from '../../src/gateway/viewer.ts';
import type { FeedItem } from '../../src/read/watch.ts';
import type { ClientDeps } from './client.ts';
import type { SimulatedNode } from './node.ts';
import type { AccountSighting, FeedSighting, JobSighting, Sighting } from './sighting.ts';

/** Clients that subscribe: each reads from a node, leaves or loses it, and reconnects to another. */
export interface Subscribers {
  /** Watches a job to its end, and leaves `leaves` times on the way. */
  watchJob(viewer: Subject, jobId: string, leaves: number): Promise<void>;
  watchAccount(viewer: Subject, leaves: number): Promise<void>;
  /** Follows a feed from its beginning, from now on or from an unknown cursor; later connections continue from the last cursor. */
  followFeed(viewer: Subject, from: 0 | 'now' | 'unknown', leaves: number): Promise<void>;
}

/** What subscribers need of a history. */
export type SubscriberDeps = ClientDeps & {
  /** Whether the history is over, so that subscribers may leave. */
  readonly isOver: () => boolean;
};

type Subscription<Item> = {
  readonly sighting: Sighting<unknown>;
  readonly open: (node: SimulatedNode) => Promise<AsyncIterableIterator<Item> | { kind: string }>;
  readonly take: (item: Item, node: SimulatedNode, isFirst: boolean) => void;
  /** Called when the view ends by itself. */
  readonly complete?: () => void;
};

/** Creates subscribers that stay for a random time. */
export function createSubscribers({ timeline, random, anyNode, sightings, isOver }: SubscriberDeps): Subscribers {
  const whoseOf = ({ userId, environment }: Subject) => ({ owner: userId, environment });
  const blank = () => ({ seen: [], connections: [], faults: [] });

  /** One connection: reads up to `most` items, until the view or the node ends. */
  async function read<Item>(subscription: Subscription<Item>, most: number): Promise<void> {
    const node = anyNode();
    if (node === null) return;
    const lost = node.hazard.gone.then(() => 'lost' as const);
    const connection = { from: timeline.now(), to: timeline.now() };
    const opened = await Promise.race([subscription.open(node), lost]);
    if (opened === 'lost' || 'kind' in opened) return;
    subscription.sighting.connections.push(connection);
    for (let taken = 0; taken < most; taken += 1) {
      const next = opened.next();
      connection.to = Number.POSITIVE_INFINITY;
      const item = await Promise.race([next, lost]).finally(() => {
        connection.to = timeline.now();
      });
      if (item === 'lost') return;
      if (item.done === true) return subscription.complete?.();
      subscription.take(item.value, node, taken === 0);
    }
    await opened.return?.();
  }

  /** Opens connections one after the other, the last of them without a limit. */
  async function stay<Item>(subscription: Subscription<Item>, leaves: number, isDone: () => boolean): Promise<void> {
    for (let connection = 0; !isDone(); connection += 1) {
      // A view whose first read fails is refused; the client then reconnects later.
      await read(subscription, connection < leaves ? random.whole(1, 12) : Number.POSITIVE_INFINITY).catch(
        () => undefined,
      );
      if (!isDone()) await timeline.wait(random.whole(1, 3000));
    }
  }

  return {
    async watchJob(viewer, jobId, leaves) {
      const sighting: JobSighting = { ...whoseOf(viewer), ...blank(), jobId, state: 'watching' };
      sightings.jobs.push(sighting);
      const fractions: { readonly at: number; readonly fraction: number }[] = [];
      const subscription: Subscription<Job> = {
        sighting,
        open: async ({ gateway }) => gateway.watchJob(await gateway.ensureAccount(viewer), jobId),
        take(job, { gateway }, isFirst) {
          const last = sighting.seen.at(-1)?.item;
          if (last !== undefined && job.version < last.version)
            sighting.faults.push(`version ${job.version} after ${last.version}`);
          if (!isFirst && last !== undefined && isEnded(last)) sighting.faults.push('something after the end');
          const { fraction } = gateway.progress(job);
          // An end stops progress when it is decided, a moment before it is committed.
          const comparable = fractions.filter(({ at }) => at <= (job.finishedAt ?? at));
          const highest = Math.max(0, ...comparable.map((shown) => shown.fraction));
          if (fraction < highest) sighting.faults.push(`progress ${fraction} after ${highest}`);
          if ((fraction === 1) !== (job.state === 'COMPLETED'))
            sighting.faults.push(`progress ${fraction} of a job that is ${job.state}`);
          fractions.push({ at: timeline.now(), fraction });
          sighting.seen.push({ at: timeline.now(), item: job });
        },
        complete() {
          const last = sighting.seen.at(-1)?.item;
          if (last === undefined || !isEnded(last)) sighting.faults.push('the view ended before the job');
          sighting.state = 'completed';
        },
      };
      await stay(subscription, leaves, () => sighting.state === 'completed');
    },

    async watchAccount(viewer, leaves) {
      const sighting: AccountSighting = { ...whoseOf(viewer), ...blank() };
      sightings.accounts.push(sighting);
      const subscription: Subscription<Account> = {
        sighting,
        open: async ({ gateway }) => gateway.watchAccount(await gateway.ensureAccount(viewer)),
        take(item) {
          sighting.seen.push({ at: timeline.now(), item });
        },
        complete() {
          sighting.faults.push('the view of an account ended');
        },
      };
      await stay(subscription, leaves, isOver);
    },

    async followFeed(viewer, from, leaves) {
      const sighting: FeedSighting = { ...whoseOf(viewer), ...blank(), after: from === 0 ? 0 : null };
      sightings.feeds.push(sighting);
      let cursor: number | 'now' | 'unknown' = from;
      let isLive = false;
      const subscription: Subscription<FeedItem> = {
        sighting,
        async open({ gateway }) {
          isLive = false;
          return gateway.watchFeed(await gateway.ensureAccount(viewer), cursor);
        },
        take(item) {
          if (item.kind === 'reset' && cursor !== 'unknown')
            sighting.faults.push('a reset, though its cursor was ours');
          if (item.kind === 'live' && isLive) sighting.faults.push('live for a second time');
          if (item.kind === 'live') isLive = true;
          sighting.after ??= item.kind === 'event' ? item.feed - 1 : item.feed;
          cursor = item.feed;
          if (item.kind !== 'event') return;
          const { feed, jobId, version } = item.event;
          sighting.seen.push({ at: timeline.now(), item: { feed, jobId, version } });
        },
        complete() {
          sighting.faults.push('the view of a feed ended');
        },
      };
      await stay(subscription, leaves, isOver);
    },
  };
}
