import type { Engine, Ready } from './engine.ts';
import type { Letter } from './letter.ts';
import { nextLetter } from './message.ts';

/** A letter, at once where nothing has to be waited for. */
export type MaybeLetter = Letter | Promise<Letter>;

/** The result of a subscription's operation for one of its events. A rejection may be left alone: whoever waits for the letter is told. */
export function letterOfEvent(engine: Engine, { args }: Ready, event: unknown): MaybeLetter {
  const payload = engine.payloadOf(args, event);
  if (typeof payload === 'string') return nextLetter(payload);
  const letter = payload.then(nextLetter);
  letter.catch(() => undefined);
  return letter;
}
