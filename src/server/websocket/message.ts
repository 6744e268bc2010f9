import { type Message, MessageType, validateMessage } from 'graphql-ws';
import type { RawData } from 'ws';
import { withoutMark } from '../graphql/params.ts';
import { isObject, namesDocument } from '../graphql/read-operation.ts';
import { addressedFrame, type Frame, plainFrame } from './frame.ts';

/** A message from a client of graphql-transport-ws (graphql-ws's PROTOCOL.md). */
export type ClientMessage =
  | { readonly kind: 'init'; readonly payload: Readonly<Record<string, unknown>> }
  /** `pong` is the frame that answers it. */
  | { readonly kind: 'ping'; readonly pong: Frame }
  | { readonly kind: 'pong' }
  /** `payload`: the parameters of the operation, as HTTP takes them in a body. */
  | { readonly kind: 'subscribe'; readonly id: string; readonly payload: Readonly<Record<string, unknown>> }
  | { readonly kind: 'complete'; readonly id: string };

/**
 * Reads a message from a text or binary frame, as graphql-ws's own server does. Null where it is malformed, one that only servers send,
 * or a ping that cannot be answered.
 */
export function readMessage(data: RawData): ClientMessage | null {
  try {
    return clientMessageOf(validateMessage(withQuery(JSON.parse(withoutMark(String(data))))));
  } catch {
    return null;
  }
}

function clientMessageOf(message: Message): ClientMessage | null {
  switch (message.type) {
    case MessageType.ConnectionInit:
      return { kind: 'init', payload: message.payload ?? {} };
    case MessageType.Ping:
      return { kind: 'ping', pong: pongFrame(message.payload) };
    case MessageType.Pong:
      return { kind: 'pong' };
    case MessageType.Subscribe:
      return { kind: 'subscribe', id: message.id, payload: { ...message.payload } };
    case MessageType.Complete:
      return { kind: 'complete', id: message.id };
    case MessageType.ConnectionAck:
    case MessageType.Next:
    case MessageType.Error:
      return null;
  }
}

/** Returns the ping's payload. Throws where that is nested too deeply for JSON.stringify. */
function pongFrame(payload: Readonly<Record<string, unknown>> | null | undefined): Frame {
  return plainFrame(JSON.stringify(payload ? { type: 'pong', payload } : { type: 'pong' }));
}

/** The protocol demands a query. A client that names its document instead may leave it out, as it may over HTTP. */
function withQuery(message: unknown): unknown {
  if (!isObject(message) || !isObject(message['payload']) || !namesDocument(message['payload'])) return message;
  return message['type'] === MessageType.Subscribe
    ? { ...message, payload: { ...message['payload'], query: '' } }
    : message;
}

/** The acknowledgement of a connection. */
export const ackFrame: Frame = plainFrame('{"type":"connection_ack"}');

/** One result of an operation; the payload is JSON text. */
export function nextFrame(payload: string): Frame {
  return addressedFrame(`,"type":"next","payload":${payload}}`);
}

/** The errors that refused or ended an operation: a list as JSON text. */
export function errorFrame(errors: string): Frame {
  return addressedFrame(`,"type":"error","payload":${errors}}`);
}

/** The end of an operation. */
export function completeFrame(): Frame {
  return addressedFrame(',"type":"complete"}');
}
