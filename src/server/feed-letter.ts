import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql';
import type { Clock } from '../ports.ts';
import { feedBatch } from '../reader.ts';
import { createRecent, type Recent } from '../recent.ts';
import type { FeedItem } from '../watch.ts';
import { rootFieldOf } from './document.ts';
import type { Engine, Ready } from './engine.ts';
import { type Letters, letterOfEvent, lettersAlone, type MaybeLetter } from './event-letter.ts';
import { type Asked, sharedKeyOf } from './shared-key.ts';

/** What was made of an item: the letter itself, as soon as it is there. */
type Shown = { letter: MaybeLetter };

/** What was made by one and the same operation of the items that were shown last, by their kinds and numbers. */
type Shelf = Recent<Shown, string | number>;

const keptOperations = 200;
/** As many as followers who are woken together read at once. */
const keptItems = feedBatch;
const keptMs = 1000;

/**
 * Results of feeds. Each subscription follows its feed from its own cursor and as fast as its client reads; but where one and the same
 * operation has just shown an item to another of the viewer's sockets, what was made of it there is shown here. It is kept only for a
 * moment: the job of an event is shown as it stands now.
 */
export function createFeedLetters(engine: Engine, clock: Clock): (ready: Ready, asked: Asked) => Letters {
  const shelves = createRecent<Shelf>(keptOperations);

  function shelfOf(key: string): Shelf {
    const shelf = shelves.get(key) ?? createRecent(keptItems);
    shelves.set(key, shelf);
    return shelf;
  }

  function put(shelf: Shelf, item: FeedItem, ready: Ready): Shown {
    if (shelf.size === 0) clock.after(keptMs, () => shelf.clear());
    const place = placeOf(item);
    const shown: Shown = { letter: letterOfEvent(engine, ready, item) };
    shelf.set(place, shown);
    if (shown.letter instanceof Promise) {
      shown.letter.then(
        (letter) => {
          shown.letter = letter;
        },
        // The next who asks tries again.
        () => {
          if (shelf.peek(place) === shown) shelf.delete(place);
        },
      );
    }
    return shown;
  }

  return (ready, { viewer, params }) => {
    const { args, operation } = ready;
    const alone = lettersAlone(engine, ready);
    const field = rootFieldOf(args.document, operation);
    if (field?.name.value !== 'jobEvents') return alone;
    const { [cursorVariableOf(args.document, field) ?? '']: _, ...variables } = params.variables ?? {};
    const key = sharedKeyOf({ viewer, params: { ...params, variables } });
    if (key === null) return alone;
    const shelf = shelfOf(key);
    // The field's stream is a feed.
    const shown = (event: unknown) => shelf.peek(placeOf(event as FeedItem)) ?? put(shelf, event as FeedItem, ready);
    return {
      of: (event) => shown(event).letter,
      begin: (events) => {
        for (const event of events) shown(event);
      },
    };
  };
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
