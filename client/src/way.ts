/** How subscriptions reach the client. */
export type Way = 'socket' | 'stream' | 'poll';

/** How many sockets in a row may fail to open, and how many streams, before the network counts as one that blocks them. */
export const mostSockets = 3;
const mostStreams = 2;

/** How long it counts as one. */
const rememberMs = 300_000;

/** The way of all subscriptions, and what moves it. */
export type Ways = {
  current(): Way;
  /** So many sockets in a row have failed without a word from the gateway, which answers other requests. */
  unopened(sockets: number): void;
  /** A stream ended. `isBlocked`: it never delivered an event. */
  streamEnded(isBlocked: boolean): void;
  /** A poll failed or succeeded. */
  polled(isAnswered: boolean): void;
};

/**
 * Starts with sockets, if this program has any.
 *
 *     socket ── three in a row that never opened ──▶ stream ── two in a row without an event ──▶ poll
 *        ▲                                             │                                          │
 *        └────────── after 5 minutes ──────────────────┴── or polls succeed after polls failed ───┘
 *
 * If polls failed as well, the gateway was away and the network is not to blame.
 */
export function createWays(hasSockets: boolean): Ways {
  const best: Way = hasSockets ? 'socket' : 'stream';
  let way: Way = best;
  let fellAt = 0;
  let blocked = 0;
  let isAway = false;
  const fall = (from: Way, to: Way) => {
    if (way !== from) return;
    way = to;
    fellAt = Date.now();
    isAway = false;
  };
  return {
    current() {
      if (way !== best && Date.now() - fellAt > rememberMs) way = best;
      return way;
    },
    unopened(sockets) {
      if (sockets >= mostSockets) fall('socket', 'stream');
    },
    streamEnded(isBlocked) {
      blocked = isBlocked ? blocked + 1 : 0;
      if (blocked >= mostStreams) fall('stream', 'poll');
    },
    polled(isAnswered) {
      if (isAnswered && isAway) way = best;
      isAway = !isAnswered;
    },
  };
}
