import type { Engine, Ready } from '../graphql/engine.ts';
import type { Frame } from './frame.ts';
import { nextFrame } from './message.ts';

/** A letter, at once where nothing has to be waited for. */
export type MaybeFrame = Frame | Promise<Frame>;

/** The results of a subscription's operation for its events. */
export type Frames = {
  readonly of: (event: unknown) => MaybeFrame;
  /** Has those made that will soon be asked for, where one who asks can be given what is there already. */
  readonly begin: (events: readonly unknown[]) => void;
};

/** The result for one event. */
export function frameOfEvent(engine: Engine, { args }: Pick<Ready, 'args'>, event: unknown): MaybeFrame {
  const payload = engine.payloadOf(args, event);
  return typeof payload === 'string' ? nextFrame(payload) : payload.then(nextFrame);
}

/** Letters that are made for whoever asks, each time. */
export function framesAlone(engine: Engine, ready: Ready): Frames {
  return { of: (event) => frameOfEvent(engine, ready, event), begin: () => undefined };
}
