import type { Job } from '../../domain/job.ts';
import type { View } from '../../read/view.ts';
import { newsOf } from '../../read/watch.ts';
import type { Engine, Ready } from '../graphql/engine.ts';
import { recordReads } from '../graphql/read-recorder.ts';
import { frameOfEvent } from './event-frame.ts';
import type { Frame } from './frame.ts';
import { completeFrame, errorFrame } from './message.ts';
import { end as endSubscriber, show as showSubscriber } from './send-buffer.ts';
import type { Subscriber } from './subscriber.ts';

/** Everyone who runs the same operation: each state is read, executed and serialised once for all of them. */
export interface Group {
  add(subscriber: Subscriber): void;
  /** The last to leave ends the group, at once. */
  remove(subscriber: Subscriber): void;
}

/** Whether a state is shown by the very letter that shows another: the job was only polled in between. */
function isShownAlike(last: unknown, state: unknown): boolean {
  return last === state || (isJob(last) && isJob(state) && newsOf(state, last) !== 'state');
}

/** Jobs and accounts are what is watched. */
function isJob(state: unknown): state is Job {
  return typeof state === 'object' && state !== null && 'pollAt' in state;
}

/** Opens a group on an operation that watches a state; `onEnd` is called once, when nobody may join it any more. */
export function openGroup(engine: Engine, operation: Ready, onEnd: () => void): Group {
  const subscribers = new Set<Subscriber>();
  /** Those who have been shown nothing yet. */
  const joining = new Set<Subscriber>();
  let states: View<unknown> | null = null;
  let newest: Frame | null = null;
  let isOpen = true;

  async function run(ready: Ready): Promise<void> {
    const recorded = recordReads(ready.args);
    const events = await engine.subscribe(ready);
    if ('refused' in events) return end(errorFrame(events.refused));
    // What watches a state is a view.
    states = events as View<unknown>;
    // Everyone may have left meanwhile.
    if (!isOpen) return states.close();
    let last: unknown = null;
    /** Executes the operation on a state. */
    const present = (state: unknown, shown: (frame: Frame) => void): Promise<void> | void => {
      const made = (frame: Frame) => {
        last = state;
        newest = frame;
        shown(frame);
      };
      const frame = frameOfEvent(engine, recorded, state);
      return frame instanceof Promise ? frame.then(made) : made(frame);
    };
    states.each({
      onItem: (state) =>
        newest !== null && !recorded.hasAsked() && isShownAlike(last, state) ? show(newest) : present(state, show),
      // What was asked for beside the state, such as its progress, may be newer.
      onUnchanged: () => (recorded.hasAsked() ? present(last, showLate) : showLate()),
      onEnd: (error) => end(error === null ? completeFrame() : errorFrame(engine.refuse(error).refused)),
    });
  }

  /** News are for all. */
  function show(frame: Frame): void {
    for (const { buffer, id } of subscribers) showSubscriber(buffer, id, frame);
    showLate();
  }

  /** What was shown last is owed to those who have joined since. */
  function showLate(): void {
    if (newest === null) return;
    for (const subscriber of joining) {
      showSubscriber(subscriber.buffer, subscriber.id, newest);
      subscribers.add(subscriber);
    }
    joining.clear();
  }

  function end(frame: Frame): void {
    close();
    // Also where nothing was read since.
    showLate();
    for (const { buffer, id, free } of [...subscribers, ...joining]) endSubscriber(buffer, id, frame, free);
  }

  function close(): void {
    if (isOpen) onEnd();
    isOpen = false;
    states?.close();
  }

  run(operation).catch((error: unknown) => {
    end(errorFrame(engine.refuse(error).refused));
  });

  return {
    add(subscriber) {
      joining.add(subscriber);
      // Where the first state is still on its way it is for them, too.
      if (newest !== null) states?.refresh();
    },
    remove(subscriber) {
      subscribers.delete(subscriber);
      joining.delete(subscriber);
      if (subscribers.size === 0 && joining.size === 0) close();
    },
  };
}
