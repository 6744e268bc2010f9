import type { SendBuffer } from './send-buffer.ts';

/** What runs under an id of a client's choice; `stop` ends it. */
export type Running = Subscriber & { stop: () => void };

/** One subscription of one socket. `free` is called when its last frame has gone out, never after it has left. */
export type Subscriber = { readonly id: string; readonly buffer: SendBuffer; readonly free: () => void };
