import { rootFieldOf } from '../graphql/document.ts';
import type { Engine, Ready } from '../graphql/engine.ts';
import { type OperationRequest, sharedKeyOf } from '../graphql/operation-key.ts';
import type { Frames } from './event-frame.ts';
import { createFeedCache } from './feed-cache.ts';
import { type Group, openGroup } from './group.ts';
import type { Subscriber } from './subscriber.ts';

/** Lets subscribers of the same operation share its results: each is executed and serialised once for all of them. */
export interface Hub {
  /**
   * Sends a subscriber the state that its operation watches, until the end. Returns a function that leaves; null where the operation
   * watches no state and must run by itself.
   */
  join(ready: Ready, request: OperationRequest, subscriber: Subscriber): (() => void) | null;
  /** Makes the result frames of an operation that has an event stream of its own. */
  framesOf(ready: Ready, request: OperationRequest): Frames;
}

/** The fields of which only the newest result is worth sending. */
const stateFields: ReadonlySet<string> = new Set(['jobUpdated', 'accountUpdated']);

/** A hub without subscribers. */
export function createHub(engine: Engine): Hub {
  const groups = new Map<string, Group>();

  function open(key: string, ready: Ready): Group {
    const group = openGroup(engine, ready, () => void groups.delete(key));
    groups.set(key, group);
    return group;
  }

  return {
    join(ready, request, subscriber) {
      const field = rootFieldOf(ready.args.document, ready.operation);
      const key = field !== null && stateFields.has(field.name.value) ? sharedKeyOf(request) : null;
      if (key === null) return null;
      const group = groups.get(key) ?? open(key, ready);
      group.add(subscriber);
      return () => group.remove(subscriber);
    },
    framesOf: createFeedCache(engine),
  };
}
