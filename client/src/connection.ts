/** How a client's subscriptions fare. `idle`: none runs, or none has brought anything yet. `lost`: the kit reconnects. */
export type ConnectionState = 'idle' | 'live' | 'lost';

/** Holds that state. */
export type ConnectionStore = {
  readonly read: () => ConnectionState;
  readonly listen: (listener: () => void) => () => void;
  readonly become: (next: ConnectionState) => void;
};

/**
 * Starts as `idle`.
 *
 *     idle ── something arrives ──▶ live ── the connection breaks ──▶ lost ── something arrives ──▶ live
 *      ▲                             │                                 │
 *      └── the last subscription ends ─────────────────────────────────┘
 */
export function createConnectionStore(): ConnectionStore {
  const listeners = new Set<() => void>();
  let current: ConnectionState = 'idle';
  return {
    read: () => current,
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    become(next) {
      if (next === current) return;
      current = next;
      for (const listener of [...listeners]) listener();
    },
  };
}
