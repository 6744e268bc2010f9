import type { Job } from '../../src/domain/job.ts';
import type { Subject } from '../../src/gateway/viewer.ts';
import type { SimulatedNode } from './node.ts';
import type { Random } from './random.ts';
import type { HttpResponse, Sightings } from './sighting.ts';
import type { Timeline } from './timeline.ts';

/** Clients that change something: each picks a node, may lose it, and comes back to another with the same key. */
export interface Clients {
  generate(viewer: Subject, key: string | null): Promise<void>;
  cancel(viewer: Subject): Promise<void>;
  retry(viewer: Subject, key: string | null): Promise<void>;
  grant(viewer: Subject, key: string | null): Promise<void>;
  /** One of the newest jobs that the viewer knows of. */
  knownJob(viewer: Subject): string | undefined;
}

/** What clients need of a history. */
export type ClientDeps = {
  readonly timeline: Timeline;
  readonly random: Random;
  readonly anyNode: () => SimulatedNode | null;
  readonly sightings: Sightings;
};

type Told = Pick<HttpResponse, 'kind' | 'job' | 'replayed'>;

/** A client waits for an answer for so long. */
const patienceMs = 30_000;

const mostRepeats = 4;

/** Clients that draw what they do by chance. */
export function createClients({ timeline, random, anyNode, sightings }: ClientDeps): Clients {
  const known: { readonly viewer: Subject; readonly id: string }[] = [];
  let wishes = 0;

  /** One call at any node: null where the node was lost, or took longer than a client waits. */
  async function ask<Value>(call: (node: SimulatedNode) => Promise<Value>): Promise<Value | null> {
    const node = anyNode();
    if (node === null) return null;
    return Promise.race([call(node), node.hazard.gone.then(() => null), timeline.wait(patienceMs).then(() => null)]);
  }

  async function tell(
    viewer: Subject,
    asked: Pick<HttpResponse, 'verb' | 'key' | 'prompt' | 'of'>,
    call: (node: SimulatedNode) => Promise<Told>,
  ): Promise<HttpResponse> {
    const askedAt = timeline.now();
    const told = await ask(call).catch(() => ({ kind: 'error', job: null, replayed: null }));
    const { kind, job, replayed } = told ?? { kind: 'none', job: null, replayed: null };
    const whose = { owner: viewer.userId, environment: viewer.environment };
    const answer = { ...whose, ...asked, askedAt, answeredAt: timeline.now(), kind, job, replayed };
    sightings.answers.push(answer);
    if (job !== null && !known.some(({ id }) => id === job.id)) known.push({ viewer, id: job.id });
    return answer;
  }

  /** Asks again with the same key where no answer came, as a careful client does, and now and then though one did; without a key never. */
  async function wish(key: string | null, once: () => Promise<HttpResponse>): Promise<void> {
    for (let attempt = 0; attempt < (key === null ? 1 : mostRepeats); attempt += 1) {
      const { kind } = await once();
      if (kind !== 'none' && kind !== 'error' && !random.chance(0.2)) return;
      await timeline.wait(random.whole(1, 5000));
    }
  }

  /** Nearly always the viewer's own; now and then another's, which must look as if there were none. */
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
      wishes += 1;
      // One key stands for one wish; few clients use it for another as well.
      const prompt = key === null ? `wish ${wishes}` : `wish of ${key}${random.chance(0.1) ? ', another' : ''}`;
      await wish(key, () =>
        tell(viewer, { verb: 'generate', key, prompt, of: null }, async ({ gateway }) =>
          toldOf(await gateway.generateVideo(await gateway.ensureAccount(viewer), { prompt, idempotencyKey: key })),
        ),
      );
    },

    async cancel(viewer) {
      const of = someJob(viewer);
      if (of === undefined) return;
      await tell(viewer, { verb: 'cancel', key: null, prompt: null, of }, async ({ gateway }) => {
        const result = await gateway.cancelJob(await gateway.ensureAccount(viewer), of);
        return 'kind' in result ? toldOf(result) : { kind: 'canceled', job: result, replayed: null };
      });
    },

    async retry(viewer, key) {
      const of = someJob(viewer);
      if (of === undefined) return;
      await wish(key, () =>
        tell(viewer, { verb: 'retry', key, prompt: null, of }, async ({ gateway }) =>
          toldOf(await gateway.retryJob(await gateway.ensureAccount(viewer), of, key)),
        ),
      );
    },

    async grant(viewer, key) {
      wishes += 1;
      const { userId: owner, environment } = viewer;
      const reason = key === null ? `grant ${wishes}` : `grant of ${owner} ${key}`;
      const credits = random.pick([-30, 50, 500]);
      for (let attempt = 0; attempt < (key === null ? 1 : mostRepeats); attempt += 1) {
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
function toldOf(result: { kind: string; job?: Job; replayed?: boolean }): Told {
  return { kind: result.kind, job: result.job ?? null, replayed: result.replayed ?? null };
}
