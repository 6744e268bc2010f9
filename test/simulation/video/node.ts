import { BlobError, SourceError } from '../../../src/ports/video.ts';
import type { Clock, Log, Store } from '../../../src/ports.ts';
import { createCopier } from '../../../src/worker/copier.ts';
import { createRetention } from '../../../src/worker/retention.ts';
import { createWiredBell, type Wire } from '../bell-wire.ts';
import { DatabaseFault } from '../database.ts';
import { createHazard } from '../hazard.ts';
import type { Observations } from '../observations.ts';
import { createBlobs, createSource, createTemporary, type FileDeps } from './files.ts';

/** What the nodes of a history of videos share. */
export type VideoWorld = Omit<FileDeps, 'hazard'> & {
  readonly store: Store;
  readonly wire: Wire;
  readonly observations: Observations;
  readonly newId: () => string;
  readonly trace: (who: string, what: string) => void;
};

/** How long the place of a node that has ended stays empty, at most. */
const maxAbsenceMs = 60_000;

/** Starts a node that copies videos and removes them, and another in its place whenever it has ended. */
export function startVideoNode(place: string, world: VideoWorld, count = 1): void {
  const { timeline, random, weather, observations, store, newId } = world;
  const name = `${place}#${count}`;
  const trace = (what: string) => world.trace(name, what);
  const hazard = createHazard({ name, timeline, random, weather, observations, trace });
  const deps: FileDeps = { ...world, hazard };
  const clock: Clock = {
    now: timeline.now,
    monotonic: timeline.now,
    after: hazard.after,
    random: random.next,
    newId,
    newSecretId: () => newId().replaceAll('-', ''),
  };
  const log = createVideoLog(world, trace);
  const endangered = new Proxy(store, {
    get(target, verb: keyof Store) {
      // All of a store's members are methods that return promises.
      const method = target[verb] as (...inputs: unknown[]) => Promise<unknown>;
      return (...inputs: unknown[]) => hazard.call(verb, () => method(...inputs));
    },
  });
  const bell = createWiredBell(world.wire, hazard);
  const blobs = createBlobs(deps);
  const source = createSource(deps);
  const copier = createCopier({
    store: endangered,
    bell,
    clock,
    log,
    blobs,
    sources: { LIVE: source, TEST: source },
    files: createTemporary(deps, newId),
    inspector: {
      inspect: () => Promise.resolve({ durationSeconds: null, width: null, height: null }),
      async poster(_, to) {
        if (random.chance(0.5)) return false;
        world.files.temporary.set(to, { of: to, isWhole: true, changedAt: timeline.now() });
        await hazard.pass('after a poster');
        return true;
      },
      close: () => Promise.resolve(),
    },
  });
  const retention = createRetention({
    store: endangered,
    blobs,
    bell,
    clock,
    log,
    retentionMs: null,
    jobRetentionMs: null,
  });
  copier.start();
  retention.start();
  hazard.onStop(() => {
    Promise.all([copier.stop(), retention.stop()]).then(
      () => hazard.end('leave', 'as asked'),
      (error: unknown) =>
        observations.violations.push({ invariant: 'no fault of its own', what: `stop: ${String(error)}` }),
    );
  });
  hazard.gone.then(
    () => timeline.at(timeline.now() + random.whole(100, maxAbsenceMs), () => startVideoNode(place, world, count + 1)),
    () => undefined,
  );
}

/** Writes to the story. An error that no port has made is a mistake of the node. */
function createVideoLog({ observations }: VideoWorld, trace: (what: string) => void): Log {
  const write = ({ err, jobId }: Readonly<Record<string, unknown>>, message: string) => {
    trace(`${message} ${String(jobId ?? '')} ${err instanceof Error ? err.message : ''}`);
    const isExpected = [DatabaseFault, BlobError, SourceError].some((kind) => err instanceof kind);
    if (err instanceof Error && !isExpected && err.name !== 'StatusError')
      observations.violations.push({ invariant: 'no fault of its own', what: `${message} ${err.stack ?? ''}` });
  };
  return { debug: () => undefined, info: write, warn: write, error: write };
}
