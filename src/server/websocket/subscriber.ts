import type { SendBuffer } from './send-buffer.ts';

/** An operation that runs under an id of the client's choice; `stop` ends it. */
export type Running = Subscriber & { stop: () => void };

/** One subscription of one socket. `free` is called when its last frame goes out, and never after it has left. */
export type Subscriber = { readonly id: string; readonly buffer: SendBuffer; readonly free: () => void };
