/** How the live connection is; `refused`: the credential is no longer, or never was, good. */
type Connection = 'connecting' | 'live' | 'lost' | 'refused';

/** Tells how the live connection is. */
export type ConnectionState = {
  readonly read: () => Connection;
  readonly listen: (listener: () => void) => () => void;
  readonly become: (next: Connection) => void;
};

/** Begins as a connection that is being made. */
export function createConnectionState(): ConnectionState {
  const listeners = new Set<() => void>();
  let current: Connection = 'connecting';
  return {
    read: () => current,
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    become(next) {
      // Once refused, attempts that were under way change nothing any more.
      if (next === current || current === 'refused') return;
      current = next;
      for (const listener of listeners) listener();
    },
  };
}
