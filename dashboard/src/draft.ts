import { createContext } from 'react';
import type { AspectRatio } from './words.ts';

/** The input of the create form, as typed. */
export type DraftInput = {
  readonly prompt: string;
  readonly aspectRatio: AspectRatio;
  readonly seed: string;
  readonly externalId: string;
};

/** The input with the key of its request: asking again under the same key, after a lost response, creates no second video. */
export type Draft = DraftInput & { readonly idempotencyKey: string };

/** Keeps the draft while other pages are shown, until the session ends. */
export type DraftStore = {
  readonly read: () => Draft;
  /** Changes some of the input. Another input is another request, under a new key. */
  readonly change: (part: Partial<DraftInput>) => void;
  /** Keeps the input after the gateway has responded: sending it once more is a new request. */
  readonly complete: () => void;
};

const blank: DraftInput = { prompt: '', aspectRatio: 'LANDSCAPE_16_9', seed: '1323456', externalId: '' };

/** Starts with an empty form. */
export function createDraft(): DraftStore {
  let draft: Draft = { ...blank, idempotencyKey: crypto.randomUUID() };
  const change = (part: Partial<DraftInput>) => {
    draft = { ...draft, ...part, idempotencyKey: crypto.randomUUID() };
  };
  return { read: () => draft, change, complete: () => change({}) };
}

/** The draft of the session. */
export const DraftContext = createContext<DraftStore>(createDraft());
