import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql';
import type { Clock } from '../ports.ts';
import { feedBatch } from '../reader.ts';
import { createRecent } from '../recent.ts';
import type { FeedItem } from '../watch.ts';
import { rootFieldOf } from './document.ts';
import type { Engine, Ready } from './engine.ts';
import { letterOfEvent, type MaybeLetter } from './event-letter.ts';
import type { Letter } from './letter.ts';
import { type Asked, sharedKeyOf } from './shared-key.ts';

/** Makes the result of an operation for one of its events. */
export type LetterFor = (event: unknown) => MaybeLetter;

/** What was made by one and the same operation of the items that were shown last, by their kinds and numbers. */
type Shelf = Map<string | number, MaybeLetter>;

const keptOperations = 200;
/** As many as followers who are woken together read at once; of a common size all that is kept takes some 20 MB at worst. */
const keptItems = feedBatch;
const keptMs = 1000;

/**
 * Results of feeds. Each subscription follows its feed from its own cursor and as fast as its client reads; but where one and the same
 * operation has just shown an item to another of the viewer's sockets, what was made of it there is shown here. It is kept only for a
 * moment: the job of an event is shown as it stands now.
 */
export function createFeedLetters(engine: Engine, clock: Clock): (ready: Ready, asked: Asked) => LetterFor {
  const shelves = createRecent<Shelf>(keptOperations);

  function shelfOf(key: string): Shelf {
    const shelf = shelves.get(key) ?? new Map();
    shelves.set(key, shelf);
    return shelf;
  }

  function share(shelf: Shelf, item: FeedItem, make: LetterFor): MaybeLetter {
    const place = item.kind === 'event' ? item.feed : `${item.kind} ${item.feed}`;
    const known = shelf.get(place);
    if (known !== undefined) return known;
    if (shelf.size === 0) clock.after(keptMs, () => shelf.clear());
    const oldest = shelf.size >= keptItems ? shelf.keys().next().value : undefined;
    if (oldest !== undefined) shelf.delete(oldest);
    const made = make(item);
    shelf.set(place, made);
    if (made instanceof Promise) {
      const settle = (letter: Letter | null) => {
        if (shelf.get(place) !== made) return;
        if (letter === null) shelf.delete(place);
        else shelf.set(place, letter);
      };
      // What failed is tried again by the next who asks.
      made.then(settle, () => settle(null));
    }
    return made;
  }

  return (ready, { viewer, params }) => {
    const { args, operation } = ready;
    const make: LetterFor = (event) => letterOfEvent(engine, ready, event);
    const field = rootFieldOf(args.document, operation);
    if (field?.name.value !== 'jobEvents') return make;
    const { [cursorVariableOf(args.document, field) ?? '']: _, ...variables } = params.variables ?? {};
    const key = sharedKeyOf({ viewer, params: { ...params, variables } });
    if (key === null) return make;
    const shelf = shelfOf(key);
    // The field's stream is a feed.
    return (event) => share(shelf, event as FeedItem, make);
  };
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
