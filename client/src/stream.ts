import { errorOf, failureIn, ReelgateError } from './error.ts';
import { type Connection, isJson, type Operation, post, type Result, retryAfterOf } from './http.ts';
import { follow } from './wait.ts';

/** How long a stream may take to its first event. Proxies that hold responses back never deliver it. */
const firstEventMs = 10_000;

/** The gateway sends something every 12 s. */
const silenceMs = 30_000;

/** The stream broke. `isBlocked`: it never delivered an event. */
export class StreamBroken extends Error {
  readonly isBlocked: boolean;
  constructor(message: string, isBlocked: boolean, cause?: unknown) {
    super(message, { cause });
    this.isBlocked = isBlocked;
  }
}

/**
 * Runs a subscription as server-sent events. Fulfils when it completes, or when `signal` aborts; rejects with a ReelgateError if the
 * gateway refuses it, and otherwise with StreamBroken.
 */
export async function runStream(
  connection: Connection,
  operation: Operation,
  next: (result: Result) => void,
  signal: AbortSignal,
): Promise<void> {
  const controller = new AbortController();
  const unfollow = follow(signal, controller);
  let isOpen = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expect = (withinMs: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(), withinMs);
  };
  expect(firstEventMs);
  try {
    const response = await post(connection, operation, { accept: 'text/event-stream', signal: controller.signal });
    const { body } = response;
    if (!/event-stream/.test(response.headers.get('content-type') ?? '') || body === null)
      throw await refusalOf(response);
    for await (const { name, data } of eventsIn(body, () => isOpen && expect(silenceMs))) {
      isOpen = true;
      expect(silenceMs);
      if (name === 'complete') return;
      if (name !== 'next') continue;
      // The gateway's events have this shape.
      const result = JSON.parse(data) as Result;
      const failure = failureIn(result);
      if (failure !== null) throw failure;
      next(result);
    }
    throw new Error('The stream ended early.');
  } catch (error) {
    if (signal.aborted) return;
    if (error instanceof ReelgateError) throw error;
    throw new StreamBroken('The stream broke.', !isOpen, error);
  } finally {
    clearTimeout(timer);
    unfollow();
    controller.abort();
  }
}

/** Why the gateway, or something in between, sent no stream. */
async function refusalOf(response: Response): Promise<Error> {
  const { errors } = isJson(response) ? ((await response.json()) as Result) : {};
  return errors === undefined ? new Error('The response is no stream.') : errorOf(errors, retryAfterOf(response));
}

type StreamEvent = { readonly name: string; readonly data: string };

/** The events of a body in the format of server-sent events. `heard`: bytes have arrived. */
export async function* eventsIn(body: ReadableStream<Uint8Array>, heard: () => unknown): AsyncGenerator<StreamEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      heard();
      rest += decoder.decode(value, { stream: true });
      // A carriage return at the end may be half of a line break.
      const blocks = rest.split(/\r\n\r\n|\n\n|\r\r(?!$)/);
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        const event = eventOf(block);
        if (event !== null) yield event;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function eventOf(block: string): StreamEvent | null {
  let name = '';
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, field, value = ''] = /^(\w+)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
  }
  return name === '' ? null : { name, data: data.join('\n') };
}
