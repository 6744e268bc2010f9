import type { Engine, Ready } from '../graphql/engine.ts';
import type { Frame } from './frame.ts';
import { nextFrame } from './message.ts';

/** A frame, without a promise where no resolver returns one. */
export type MaybeFrame = Frame | Promise<Frame>;

/** Makes the result frames of a subscription from its events. */
export type Frames = {
  readonly of: (event: unknown) => MaybeFrame;
  /** Starts making the frames of events that will soon be asked for, where results are cached. */
  readonly begin: (events: readonly unknown[]) => void;
};

/** The result frame of one event. */
export function frameOfEvent(engine: Engine, { args }: Pick<Ready, 'args'>, event: unknown): MaybeFrame {
  const payload = engine.payloadOf(args, event);
  return typeof payload === 'string' ? nextFrame(payload) : payload.then(nextFrame);
}

/** Frames that are made anew for each event and not shared. */
export function framesAlone(engine: Engine, ready: Ready): Frames {
  return { of: (event) => frameOfEvent(engine, ready, event), begin: () => undefined };
}
