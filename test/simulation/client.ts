import type { Job } from '../../src/domain/job.ts';
import type { Subject } from '../../src/gateway/viewer.ts';
import type { SimulatedNode } from './node.ts';
import type { Random } from './random.ts';
import type { ClientResult, Sightings } from './sighting.ts';
import type { Timeline } from './timeline.ts';

/** Clients that send mutations: each picks a node, may lose it, and retries at another with the same key. */
export interface Clients {
  generate(viewer: Subject, key: string | null): Promise<void>;
  cancel(viewer: Subject): Promise<void>;
  retry(viewer: Subject, key: string | null): Promise<void>;
  grant(viewer: Subject, key: string | null): Promise<void>;
  /** One of the newest jobs that the viewer knows. */
  knownJob(viewer: Subject): string | undefined;
}

/** What clients need of a history. */
export type ClientDeps = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly anyNode: () => SimulatedNode | null;
  readonly sightings: Sightings;
};

type Returned = Pick<ClientResult, 'kind' | 'job' | 'replayed'>;

/** How long a client waits for a response. */
const clientTimeoutMs = 30_000;

const maxAttempts = 4;

/** Creates clients that act at random. */
export function createClients({ timeline, random, anyNode, sightings }: ClientDeps): Clients {
  const known: { readonly viewer: Subject; readonly id: string }[] = [];
  let requests = 0;

  /** Calls any node; null if the node ended, or took longer than a client waits. */
  async function ask<Value>(call: (node: SimulatedNode) => Promise<Value>): Promise<Value | null> {
    const node = anyNode();
    if (node === null) return null;
    return Promise.race([
      call(node),
      node.hazard.gone.then(() => null),
      timeline.wait(clientTimeoutMs).then(() => null),
    ]);
  }

  async function recordCall(
    viewer: Subject,
    request: Pick<ClientResult, 'verb' | 'key' | 'prompt' | 'of'>,
    call: (node: SimulatedNode) => Promise<Returned>,
  ): Promise<ClientResult> {
    const sentAt = timeline.now();
    const returned = await ask(call).catch(() => ({ kind: 'error', job: null, replayed: null }));
    const { kind, job, replayed } = returned ?? { kind: 'none', job: null, replayed: null };
    const whose = { owner: viewer.userId, environment: viewer.environment };
    const result = { ...whose, ...request, sentAt, receivedAt: timeline.now(), kind, job, replayed };
    sightings.results.push(result);
    if (job !== null && !known.some(({ id }) => id === job.id)) known.push({ viewer, id: job.id });
    return result;
  }

  /** Retries with the same key if no response came, and sometimes even if one did. Without a key it never retries. */
  async function withRetries(key: string | null, once: () => Promise<ClientResult>): Promise<void> {
    for (let attempt = 0; attempt < (key === null ? 1 : maxAttempts); attempt += 1) {
      const { kind } = await once();
      if (kind !== 'none' && kind !== 'error' && !random.chance(0.2)) return;
      await timeline.wait(random.whole(1, 5000));
    }
  }

  /** Usually the viewer's own job; sometimes another viewer's, which must be reported as not found. */
  function someJob(viewer: Subject): string | undefined {
    if (random.chance(0.1)) return known.find((job) => job.viewer !== viewer)?.id;
    return knownJob(viewer);
  }

  function knownJob(viewer: Subject): string | undefined {
    return known.filter((job) => job.viewer === viewer).at(-random.whole(1, 3))?.id;
  }

  return {
    knownJob,

    async generate(viewer, key) {
      requests += 1;
      // One key stands for one request; a few clients reuse it for another one.
      const prompt = key === null ? `request ${requests}` : `request of ${key}${random.chance(0.1) ? ', another' : ''}`;
      await withRetries(key, () =>
        recordCall(viewer, { verb: 'generate', key, prompt, of: null }, async ({ gateway }) =>
          returnedOf(await gateway.generateVideo(await gateway.ensureAccount(viewer), { prompt, idempotencyKey: key })),
        ),
      );
    },

    async cancel(viewer) {
      const of = someJob(viewer);
      if (of === undefined) return;
      await recordCall(viewer, { verb: 'cancel', key: null, prompt: null, of }, async ({ gateway }) => {
        const result = await gateway.cancelJob(await gateway.ensureAccount(viewer), of);
        return 'kind' in result ? returnedOf(result) : { kind: 'canceled', job: result, replayed: null };
      });
    },

    async retry(viewer, key) {
      const of = someJob(viewer);
      if (of === undefined) return;
      await withRetries(key, () =>
        recordCall(viewer, { verb: 'retry', key, prompt: null, of }, async ({ gateway }) =>
          returnedOf(await gateway.retryJob(await gateway.ensureAccount(viewer), of, { idempotencyKey: key })),
        ),
      );
    },

    async grant(viewer, key) {
      requests += 1;
      const { userId: owner, environment } = viewer;
      const reason = key === null ? `grant ${requests}` : `grant of ${owner} ${key}`;
      const credits = random.pick([-30, 50, 500]);
      for (let attempt = 0; attempt < (key === null ? 1 : maxAttempts); attempt += 1) {
        const kind = await ask(async ({ gateway }) => {
          const result = await gateway.grantCredits(await gateway.ensureAccount(viewer), {
            userId: owner,
            credits,
            reason,
            idempotencyKey: key,
          });
          return 'kind' in result ? ('refused' as const) : ('granted' as const);
        }).catch(() => 'error' as const);
        sightings.grants.push({ owner, environment, key, reason, credits, kind: kind ?? 'none' });
        if (kind === 'granted' || kind === 'refused') return;
        await timeline.wait(random.whole(1, 5000));
      }
    },
  };
}

/** The part of a result that is compared with the store. */
function returnedOf(result: { kind: string; job?: Job; replayed?: boolean }): Returned {
  return { kind: result.kind, job: result.job ?? null, replayed: result.replayed ?? null };
}
