import type { View } from '../../read/view.ts';
import type { Engine, Ready } from '../graphql/engine.ts';
import { frameOfEvent } from './event-frame.ts';
import type { Frame } from './frame.ts';
import { completeFrame, errorFrame } from './message.ts';
import { end as endSubscription, sendLatest } from './send-buffer.ts';
import type { Subscriber } from './subscriber.ts';

/** All subscribers of one operation: each state is read, executed and serialised once for all of them. */
export interface Group {
  add(subscriber: Subscriber): void;
  /** Ends the group at once when the last subscriber leaves. */
  remove(subscriber: Subscriber): void;
}

/**
 * Opens a group on an operation that watches a state. `onEnd` is called once, when nobody may join any more.
 *
 *   opening ── the view opens ──────────────► live: its states come
 *   opening ── refused or failed ───────────► closed: an error frame to all
 *   live    ── a state ─────────────────────► live: one frame to all
 *   live    ── a refresh finds nothing new ─► live: the newest frame to those joining
 *   live    ── the view ends or fails ──────► closed: the newest frame to those joining, the last frame to all
 *   any     ── the last subscriber leaves ──► closed: nothing is sent
 *
 * A subscriber is `joining` until it has been sent its first frame. `add` asks for a refresh, so that it need not wait for the next change.
 * Only the view and `remove` move a group.
 */
export function openGroup(engine: Engine, operation: Ready, onEnd: () => void): Group {
  const subscribers = new Set<Subscriber>();
  const joining = new Set<Subscriber>();
  let states: View<unknown> | null = null;
  let newest: Frame | null = null;
  let isOpen = true;

  async function run(ready: Ready): Promise<void> {
    const events = await engine.subscribe(ready);
    if ('refused' in events) return end(errorFrame(events.refused));
    // The fields that watch a state are fed by views.
    states = events as View<unknown>;
    // All subscribers may have left meanwhile.
    if (!isOpen) return states.close();
    /** Executes the operation on a state. */
    const present = (state: unknown, take: (frame: Frame) => void): Promise<void> | void => {
      const made = (frame: Frame) => {
        newest = frame;
        take(frame);
      };
      const frame = frameOfEvent(engine, ready, state);
      return frame instanceof Promise ? frame.then(made) : made(frame);
    };
    states.each({
      onItem: (state) => present(state, sendToAll),
      // What resolvers read besides the state, such as its progress, may be newer.
      onUnchanged: (state) => present(state, sendToJoining),
      onEnd: (error) => end(error === null ? completeFrame() : errorFrame(engine.refuse(error).refused)),
    });
  }

  function sendToAll(frame: Frame): void {
    for (const { buffer, id } of subscribers) sendLatest(buffer, id, frame);
    sendToJoining();
  }

  /** Sends the newest frame to those who have joined since it was made. */
  function sendToJoining(): void {
    if (newest === null) return;
    for (const subscriber of joining) {
      sendLatest(subscriber.buffer, subscriber.id, newest);
      subscribers.add(subscriber);
    }
    joining.clear();
  }

  function end(frame: Frame): void {
    close();
    // They joined after the last state and would otherwise see only the end.
    sendToJoining();
    for (const { buffer, id, free } of [...subscribers, ...joining]) endSubscription(buffer, id, frame, free);
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
      // A first state that is still being read or executed will reach them, too.
      if (newest !== null) states?.refresh();
    },
    remove(subscriber) {
      subscribers.delete(subscriber);
      joining.delete(subscriber);
      if (subscribers.size === 0 && joining.size === 0) close();
    },
  };
}
