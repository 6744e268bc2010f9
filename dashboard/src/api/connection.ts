/** The state of the live connection; `refused`: the gateway does not accept the credential. */
type Connection = 'connecting' | 'live' | 'lost' | 'refused';

/** Holds the state of the live connection. */
export type ConnectionState = {
  readonly read: () => Connection;
  readonly listen: (listener: () => void) => () => void;
  readonly become: (next: Connection) => void;
};

/** Starts as `connecting`. */
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
      // `refused` is final: attempts that were under way change nothing.
      if (next === current || current === 'refused') return;
      current = next;
      for (const listener of listeners) listener();
    },
  };
}
