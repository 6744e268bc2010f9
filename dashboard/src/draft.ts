import { createContext, useContext, useSyncExternalStore } from 'react';
import { randomKey } from './random-key.ts';
import { tabStorage } from './storage.ts';
import { type AspectRatio, aspectRatios } from './words.ts';

/** The input of the create form, as typed. */
export type DraftInput = {
  readonly prompt: string;
  readonly aspectRatio: AspectRatio;
  readonly seed: string;
  readonly externalId: string;
};

/** The input with the key of its request: asking again under the same key, after a lost response, creates no second video. */
export type Draft = DraftInput & { readonly idempotencyKey: string };

/** Keeps the draft while other pages are shown and when the page is loaded again, until the session ends. */
export type DraftStore = {
  readonly read: () => Draft;
  readonly listen: (listener: () => void) => () => void;
  /** Changes some of the input. Another input is another request, under a new key. */
  readonly change: (part: Partial<DraftInput>) => void;
  /** Keeps the input after the gateway has responded: sending it once more is a new request. */
  readonly complete: () => void;
};

const mostSeed = 2_147_483_647;

/** A seed that no video had before, as far as anybody knows. */
export function randomSeed(): string {
  return String(Math.floor(Math.random() * mostSeed));
}

/** Starts with the draft that this tab had, or with an empty form. */
export function createDraft(): DraftStore {
  const listeners = new Set<() => void>();
  let draft = readKept() ?? {
    prompt: '',
    aspectRatio: 'LANDSCAPE_16_9',
    seed: randomSeed(),
    externalId: '',
    idempotencyKey: randomKey(),
  };
  const change = (part: Partial<DraftInput>) => {
    draft = { ...draft, ...part, idempotencyKey: randomKey() };
    tabStorage.write('draft', JSON.stringify(draft));
    for (const listener of listeners) listener();
  };
  return {
    read: () => draft,
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    change,
    complete: () => change({}),
  };
}

/** The kept draft; null if there is none, or if another version of the page wrote it. */
function readKept(): Draft | null {
  const text = tabStorage.read('draft');
  if (text === null) return null;
  // This page wrote it, but perhaps an older version: each field is checked.
  const kept = JSON.parse(text) as Record<keyof Draft, unknown>;
  const { prompt, seed, externalId, idempotencyKey } = kept;
  const shape = aspectRatios.find(({ value }) => value === kept.aspectRatio);
  const isWhole = [prompt, seed, externalId, idempotencyKey].every((each) => typeof each === 'string');
  if (!isWhole || shape === undefined) return null;
  return {
    prompt: String(prompt),
    aspectRatio: shape.value,
    seed: String(seed),
    externalId: String(externalId),
    idempotencyKey: String(idempotencyKey),
  };
}

/** The draft of the session. */
export const DraftContext = createContext<DraftStore | null>(null);

/** The store of the session's draft. Throws outside the pages. */
export function useDraftStore(): DraftStore {
  const store = useContext(DraftContext);
  if (store === null) throw new Error('No session has started.');
  return store;
}

/** The draft as it stands now. */
export function useDraft(): Draft {
  const { listen, read } = useDraftStore();
  return useSyncExternalStore(listen, read);
}
