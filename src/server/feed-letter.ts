import { type DocumentNode, type FieldNode, Kind, visit } from 'graphql';
import type { Clock } from '../ports.ts';
import { createRecent } from '../recent.ts';
import type { FeedItem } from '../watch.ts';
import { rootFieldOf } from './document.ts';
import type { Engine, Ready } from './engine.ts';
import type { Letter } from './letter.ts';
import { nextLetter } from './message.ts';
import { type Asked, sharedKeyOf } from './shared-key.ts';

/** Makes the result of an operation for one of its events. */
export type LetterFor = (event: unknown) => Promise<Letter>;

/** The newest item that was shown to anyone by one and the same operation, and what was made of it. */
type Shown = { readonly item: FeedItem; readonly at: number; readonly letter: Promise<Letter> };

const keptOperations = 200;
const keptMs = 1000;

/**
 * Results of feeds. Each subscription reads its feed for itself, from its own cursor and as fast as its client does; but where one and the
 * same operation has just shown the item to another of the viewer's sockets, what was made of it there is shown here. Only the newest
 * item of each operation is kept, and only for a moment: the job of an event is shown as it stands now.
 */
export function createFeedLetters(engine: Engine, clock: Clock): (ready: Ready, asked: Asked) => LetterFor {
  const newest = createRecent<Shown>(keptOperations);

  function shareUnder(key: string, make: (item: FeedItem) => Promise<Letter>): (item: FeedItem) => Promise<Letter> {
    return (item) => {
      const shown = newest.get(key);
      const at = clock.monotonic();
      const isFresh = shown !== undefined && at - shown.at < keptMs;
      if (isFresh && shown.item.kind === item.kind && shown.item.feed === item.feed) return shown.letter;
      const letter = make(item);
      // One that lags behind must not take the place of what is newer.
      if (!isFresh || shown.item.feed <= item.feed) newest.set(key, { item, at, letter });
      return letter;
    };
  }

  return (ready, { viewer, params }) => {
    const { args, operation } = ready;
    const make: LetterFor = async (event) => nextLetter(await engine.payloadOf(args, event));
    const field = rootFieldOf(args.document, operation);
    if (field?.name.value !== 'jobEvents') return make;
    const { [cursorVariableOf(args.document, field) ?? '']: _, ...variables } = params.variables ?? {};
    const key = sharedKeyOf({ viewer, params: { ...params, variables } });
    if (key === null) return make;
    const share = shareUnder(key, make);
    // The field's stream is a feed.
    return (event) => share(event as FeedItem);
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
