import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql';
import { createLruCache, type LruCache } from '../../lib/lru-cache.ts';
import { feedBatch } from '../../read/loader.ts';
import type { FeedItem } from '../../read/watch.ts';
import { rootFieldOf } from '../graphql/document.ts';
import type { Engine, Ready } from '../graphql/engine.ts';
import { type Asked, sharedKeyOf } from '../graphql/operation-key.ts';
import { type Frames, frameOfEvent, framesAlone, type MaybeFrame } from './event-frame.ts';

/** What was made of an item: the letter itself, as soon as it is there. */
type Shown = { frame: MaybeFrame };

/** What one and the same operation makes of items in this turn of the event loop, by their kinds and numbers. */
type TurnCache = {
  readonly items: LruCache<Shown, string | number>;
  /** How many of the letters are still being made. */
  pending: number;
  isToBeCleared: boolean;
};

const keptOperations = 200;

/** As many as followers who are woken together read at once. */
const keptItems = feedBatch;

/**
 * Results of feeds. Each subscription follows its feed from its own cursor and as fast as its client reads; but where one and the same
 * operation has just shown an item to another of the viewer's sockets, what was made of it there is shown here. It is kept while letters
 * beside it are being made and for the turn in which the last of them is there, no longer: the job of an event is shown as it stands now.
 */
export function createFeedCache(engine: Engine): (ready: Ready, asked: Asked) => Frames {
  const turnCaches = createLruCache<TurnCache>(keptOperations);

  function turnCacheOf(key: string): TurnCache {
    const turnCache = turnCaches.get(key) ?? { items: createLruCache(keptItems), pending: 0, isToBeCleared: false };
    turnCaches.set(key, turnCache);
    return turnCache;
  }

  function put(turnCache: TurnCache, item: FeedItem, ready: Ready): Shown {
    const place = placeOf(item);
    const shown: Shown = { frame: frameOfEvent(engine, ready, item) };
    turnCache.items.set(place, shown);
    if (!(shown.frame instanceof Promise)) {
      clearSoon(turnCache);
      return shown;
    }
    turnCache.pending += 1;
    const settle = () => {
      turnCache.pending -= 1;
      clearSoon(turnCache);
    };
    shown.frame.then(
      (frame) => {
        shown.frame = frame;
        settle();
      },
      // The next who asks tries again.
      () => {
        if (turnCache.items.get(place) === shown) turnCache.items.delete(place);
        settle();
      },
    );
    return shown;
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
    // The field's stream is a feed.
    const shown = (event: unknown) =>
      turnCache.items.get(placeOf(event as FeedItem)) ?? put(turnCache, event as FeedItem, ready);
    return {
      of: (event) => shown(event).frame,
      begin: (events) => {
        for (const event of events) shown(event);
      },
    };
  };
}

/** At the end of the turn; those who follow together go on to the next item only when the letters before it are there. */
function clearSoon(turnCache: TurnCache): void {
  if (turnCache.isToBeCleared) return;
  turnCache.isToBeCleared = true;
  setImmediate(() => {
    turnCache.isToBeCleared = false;
    if (turnCache.pending === 0) turnCache.items.clear();
  });
}

function placeOf({ kind, feed }: FeedItem): string | number {
  return kind === 'event' ? feed : `${kind} ${feed}`;
}

/** The variable that only says where the feed is to begin: `$cursor` in `jobEvents(after: $cursor)`, used nowhere else. Null where there is none. */
function cursorVariableOf(document: DocumentNode, field: FieldNode): string | null {
  const value = field.arguments?.find((argument) => argument.name.value === 'after')?.value;
  if (value?.kind !== Kind.VARIABLE) return null;
  const cursor = value.name.value;
  let mentions = 0;
  visit(document, {
    Variable({ name }) {
      if (name.value === cursor) mentions += 1;
    },
  });
  // Its definition, and this argument.
  return mentions === 2 ? cursor : null;
}
