import { rootFieldOf } from '../graphql/document.ts';
import type { Engine, Ready } from '../graphql/engine.ts';
import { type Asked, sharedKeyOf } from '../graphql/operation-key.ts';
import type { Frames } from './event-frame.ts';
import { createFeedCache } from './feed-cache.ts';
import { type Group, openGroup } from './group.ts';
import type { Subscriber } from './subscriber.ts';

/** Where subscriptions meet that are one and the same: what they show is executed and serialised once for all of them. */
export interface Hub {
  /** Has a member shown the state that its operation watches, until the end. Returns how to leave; null where it must run by itself: it watches no state. */
  join(ready: Ready, asked: Asked, subscriber: Subscriber): (() => void) | null;
  /** How an operation with a stream of its own makes its results. */
  framesOf(ready: Ready, asked: Asked): Frames;
}

/** The fields of which only the newest result is worth showing. */
const stateFields: ReadonlySet<string> = new Set(['jobUpdated', 'accountUpdated']);

/** A hub with nobody in it. */
export function createHub(engine: Engine): Hub {
  const groups = new Map<string, Group>();

  function open(key: string, ready: Ready): Group {
    const group = openGroup(engine, ready, () => void groups.delete(key));
    groups.set(key, group);
    return group;
  }

  return {
    join(ready, asked, subscriber) {
      const field = rootFieldOf(ready.args.document, ready.operation);
      const key = field !== null && stateFields.has(field.name.value) ? sharedKeyOf(asked) : null;
      if (key === null) return null;
      const group = groups.get(key) ?? open(key, ready);
      group.add(subscriber);
      return () => group.remove(subscriber);
    },
    framesOf: createFeedCache(engine),
  };
}
