import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql';
import { createLruCache, type LruCache } from '../../lib/lru-cache.ts';
import { feedBatch } from '../../read/loader.ts';
import type { FeedItem } from '../../read/watch.ts';
import { rootFieldOf } from '../graphql/document.ts';
import type { Engine, Ready } from '../graphql/engine.ts';
import { type OperationRequest, sharedKeyOf } from '../graphql/operation-key.ts';
import { type Frames, frameOfEvent, framesAlone, type MaybeFrame } from './event-frame.ts';

/** The result of one item: a promise, replaced by the frame once that has been made. */
type Cached = { frame: MaybeFrame };

/** The results of one operation in this turn of the event loop, by the kinds and numbers of their items. */
type TurnCache = {
  readonly items: LruCache<Cached, string | number>;
  /** How many of the frames are still being made. */
  pending: number;
  willClear: boolean;
};

const keptOperations = 200;

/** As many as subscriptions that are woken together read at once. */
const keptItems = feedBatch;

/**
 * Shares the results of feeds. Each subscription follows its feed from its own cursor, as fast as its client reads. Where the same viewer
 * runs the same operation on several sockets, the frame of an item is made once. Frames are kept until the end of the turn in which the
 * last of those under way has been made, and no longer: an event must show its job as it stands now.
 */
export function createFeedCache(engine: Engine): (ready: Ready, request: OperationRequest) => Frames {
  const turnCaches = createLruCache<TurnCache>(keptOperations);

  function turnCacheOf(key: string): TurnCache {
    const turnCache = turnCaches.get(key) ?? { items: createLruCache(keptItems), pending: 0, willClear: false };
    turnCaches.set(key, turnCache);
    return turnCache;
  }

  function put(turnCache: TurnCache, item: FeedItem, ready: Ready): Cached {
    const place = placeOf(item);
    const cached: Cached = { frame: frameOfEvent(engine, ready, item) };
    turnCache.items.set(place, cached);
    if (!(cached.frame instanceof Promise)) {
      clearSoon(turnCache);
      return cached;
    }
    turnCache.pending += 1;
    const finish = () => {
      turnCache.pending -= 1;
      clearSoon(turnCache);
    };
    cached.frame.then(
      (frame) => {
        cached.frame = frame;
        finish();
      },
      // The next subscription that takes the item tries again.
      () => {
        if (turnCache.items.get(place) === cached) turnCache.items.delete(place);
        finish();
      },
    );
    return cached;
  }

  return (ready, { viewer, params }) => {
    const { args, operation } = ready;
    const alone = framesAlone(engine, ready);
    const field = rootFieldOf(args.document, operation);
    if (field?.name.value !== 'jobEvents') return alone;
    const { [cursorVariableOf(args.document, field) ?? '']: _, ...variables } = params.variables ?? {};
    const key = sharedKeyOf({ viewer, params: { ...params, variables } });
    if (key === null) return alone;
    const turnCache = turnCacheOf(key);
    // The events of this field are feed items.
    const cachedOf = (event: unknown) =>
      turnCache.items.get(placeOf(event as FeedItem)) ?? put(turnCache, event as FeedItem, ready);
    return {
      of: (event) => cachedOf(event).frame,
      begin: (events) => {
        for (const event of events) cachedOf(event);
      },
    };
  };
}

/** Clears at the end of the turn. Subscriptions that follow together take the next item only when the frames before it have been made. */
function clearSoon(turnCache: TurnCache): void {
  if (turnCache.willClear) return;
  turnCache.willClear = true;
  setImmediate(() => {
    turnCache.willClear = false;
    if (turnCache.pending === 0) turnCache.items.clear();
  });
}

function placeOf({ kind, feed }: FeedItem): string | number {
  return kind === 'event' ? feed : `${kind} ${feed}`;
}

const cursorVariables = new WeakMap<FieldNode, string | null>();

/** The variable that is used only as the start of the feed: `cursor` in `jobEvents(after: $cursor)`. Null where there is none. */
function cursorVariableOf(document: DocumentNode, field: FieldNode): string | null {
  // Thousands of subscriptions share a document.
  const known = cursorVariables.get(field);
  if (known !== undefined) return known;
  const found = findCursorVariable(document, field);
  cursorVariables.set(field, found);
  return found;
}

function findCursorVariable(document: DocumentNode, field: FieldNode): string | null {
  const value = field.arguments?.find((argument) => argument.name.value === 'after')?.value;
  if (value?.kind !== Kind.VARIABLE) return null;
  const cursor = value.name.value;
  let mentions = 0;
  visit(document, {
    Variable({ name }) {
      if (name.value === cursor) mentions += 1;
    },
  });
  // One mention is its definition, the other this argument.
  return mentions === 2 ? cursor : null;
}
