import type { Engine, Ready } from '../graphql/engine.ts';
import type { Letter } from './frame.ts';
import { nextLetter } from './message.ts';

/** A letter, at once where nothing has to be waited for. */
export type MaybeLetter = Letter | Promise<Letter>;

/** The results of a subscription's operation for its events. */
export type Letters = {
  readonly of: (event: unknown) => MaybeLetter;
  /** Has those made that will soon be asked for, where one who asks can be given what is there already. */
  readonly begin: (events: readonly unknown[]) => void;
};

/** The result for one event. */
export function letterOfEvent(engine: Engine, { args }: Pick<Ready, 'args'>, event: unknown): MaybeLetter {
  const payload = engine.payloadOf(args, event);
  return typeof payload === 'string' ? nextLetter(payload) : payload.then(nextLetter);
}

/** Letters that are made for whoever asks, each time. */
export function lettersAlone(engine: Engine, ready: Ready): Letters {
  return { of: (event) => letterOfEvent(engine, ready, event), begin: () => undefined };
}
