import { eventStream, multipart } from '../graphql/guards.ts';

/** How a stream of results is written. Each text goes out as it is; results and lists of errors are JSON texts. */
export type StreamFormat = {
  readonly contentType: string;
  /** Sent at once, so that the client sees that its subscription has begun. */
  readonly opening: string;
  /** Sent to streams that may be quiet for long, so that neither side nor a proxy takes them for dead. */
  readonly heartbeat: string;
  /** A client that reconnects names the last id that it received. */
  result(payload: string, id: string | null): string;
  /** The end of an operation that is over: the client does not ask again. */
  readonly complete: string;
  /** The end of an operation that failed or lost its token. With a new request it may begin again. */
  failed(errors: string): string;
  /** The end when the gateway stops: clients reconnect. */
  interrupted(errors: string): string;
};

/** The id of the last event of an operation that is over. An EventSource sends it when it reconnects, and is told to stop. */
export const overId = 'over';

/** Server-sent events (HTML, section 9.2), as the distinct connections mode of GraphQL over SSE uses them. */
const events: StreamFormat = {
  contentType: eventStream,
  opening: ':\n\n',
  heartbeat: ':\n\n',
  result: (payload, id) => `event: next\n${id === null ? '' : `id: ${id}\n`}data: ${payload}\n\n`,
  complete: `event: complete\nid: ${overId}\ndata:\n\n`,
  failed: (errors) => `event: next\ndata: {"errors":${errors}}\n\nevent: complete\ndata:\n\n`,
  // An end without the event `complete` makes clients reconnect by themselves.
  interrupted: () => '',
};

/**
 * A part and the delimiter after it: a client takes a part only once it has seen where it ends. JSON texts contain no line breaks, so
 * none contains the delimiter.
 */
const part = (json: string) => `\r\nContent-Type: application/json; charset=utf-8\r\n\r\n${json}\r\n---`;

/** Two more dashes turn the last delimiter into the end of the body. */
const end = '--\r\n';

const failure = (errors: string) => `${part(`{"payload":null,"errors":${errors}}`)}${end}`;

/** Parts of a multipart body, by Apollo's protocol for subscriptions over HTTP. */
const parts: StreamFormat = {
  contentType: `${multipart};boundary="-";subscriptionSpec=1.0`,
  opening: '\r\n---',
  heartbeat: part('{}'),
  result: (payload) => part(`{"payload":${payload}}`),
  complete: end,
  failed: failure,
  interrupted: failure,
};

/** The formats, by the media type that a client accepts. */
export const streamFormats = { [eventStream]: events, [multipart]: parts } as const;
