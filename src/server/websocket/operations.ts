import type { View } from '../../read/view.ts';
import type { Engine, Ready } from '../graphql/engine.ts';
import { refusal } from '../graphql/errors.ts';
import type { Asked } from '../graphql/operation-key.ts';
import type { Client } from './connection.ts';
import { type Frames, framesAlone } from './event-frame.ts';
import type { Frame } from './frame.ts';
import type { Hub } from './hub.ts';
import { completeFrame, errorFrame, nextFrame } from './message.ts';
import { drop, hasRoom, post, room } from './send-buffer.ts';
import type { Running } from './subscriber.ts';

/** Runs what clients ask for; what comes of it goes to their outboxes. */
export interface Operations {
  /** Starts an operation under an id that is free. */
  start(client: Client, id: string, asked: Asked): void;
  /** Ends an operation, where there is one: nothing more is sent under its id, which is free at once. A mutation that has begun is done all the same. */
  stop(client: Client, id: string): void;
  stopAll(client: Client): void;
}

/** What operations are made of. Without a hub each runs by itself. */
export type OperationDeps = {
  readonly engine: Engine;
  readonly hub: Hub | null;
  /** How many may run on one socket at once. */
  readonly operationsPerSocket: number;
};

/** The operations of all sockets. */
export function createOperations({ engine, hub, operationsPerSocket }: OperationDeps): Operations {
  async function run(client: Client, self: Running, asked: Asked): Promise<void> {
    if (client.running.size > operationsPerSocket) {
      const message = `A socket may run ${operationsPerSocket} operations at once; complete one first.`;
      throw refusal('RATE_LIMITED', message);
    }
    const ready = await engine.prepare(asked);
    if ('refused' in ready) return finish(client, self, errorFrame(ready.refused));
    if (isOver(client, self)) return;
    if (ready.operation.operation !== 'subscription') return answer(client, self, ready);
    const leave = hub?.join(ready, asked, self) ?? null;
    if (leave === null) return follow(client, self, ready, asked);
    self.stop = () => {
      leave();
      drop(self.buffer, self.id);
    };
  }

  async function answer(client: Client, self: Running, ready: Ready): Promise<void> {
    const { id, buffer } = self;
    const result = await engine.execute(ready);
    if ('refused' in result) return finish(client, self, errorFrame(result.refused));
    if (isOver(client, self)) return;
    post(buffer, nextFrame(result.payload), id);
    await room(buffer);
    finish(client, self, completeFrame());
  }

  /** A stream of its own: the next event is taken when there is room for it. */
  async function follow(client: Client, self: Running, ready: Ready, asked: Asked): Promise<void> {
    const frames = hub?.framesOf(ready, asked) ?? framesAlone(engine, ready);
    const events = await engine.subscribe(ready);
    if ('refused' in events) return finish(client, self, errorFrame(events.refused));
    self.stop = () => {
      events.return?.().catch(engine.refuse);
    };
    // It may have been stopped while the stream was opened.
    if (isOver(client, self)) return self.stop();
    if (isView(events)) return followView(client, self, frames, events);
    try {
      while (!isOver(client, self)) {
        const { done, value } = await events.next();
        if (done === true) return finish(client, self, completeFrame());
        await send(client, self, await frames.of(value));
      }
    } finally {
      self.stop();
    }
  }

  /** The same without a promise for each event: thousands may follow, and where nothing has to be waited for nothing is. */
  function followView(client: Client, self: Running, frames: Frames, view: View<unknown>): void {
    const sendThis = (frame: Frame) => send(client, self, frame);
    view.each({
      onItem(event) {
        const frame = frames.of(event);
        if (!(frame instanceof Promise)) return send(client, self, frame);
        frames.begin(view.buffered);
        return frame.then(sendThis);
      },
      onEnd(error) {
        finish(client, self, error === null ? completeFrame() : errorFrame(engine.refuse(error).refused));
        self.stop();
      },
    });
  }

  /** Fulfils when there is room for more. */
  function send(client: Client, self: Running, frame: Frame): Promise<void> | void {
    if (isOver(client, self)) return self.stop();
    post(self.buffer, frame, self.id);
    if (!hasRoom(self.buffer)) return room(self.buffer);
  }

  return {
    start(client, id, asked) {
      const { buffer, running } = client;
      const self: Running = { id, buffer, free: () => void running.delete(id), stop: () => undefined };
      running.set(id, self);
      run(client, self, asked).catch((error: unknown) => {
        finish(client, self, errorFrame(engine.refuse(error).refused));
      });
    },
    stop(client, id) {
      const stopped = client.running.get(id);
      client.running.delete(id);
      stopped?.stop();
    },
    stopAll({ running }) {
      const stopped = [...running.values()];
      running.clear();
      for (const { stop } of stopped) stop();
    },
  };
}

/** What our own fields are fed by. */
function isView(events: AsyncIterator<unknown>): events is View<unknown> {
  return 'each' in events;
}

/** Whether nothing more may be said of an operation: it has ended, though its id may stand for another one since, or its socket is closing. */
function isOver({ socket, running }: Client, self: Running): boolean {
  return running.get(self.id) !== self || socket.readyState !== socket.OPEN;
}

/** The last letter of an operation, unless it has ended before. Its id is free before the client can have read that. */
function finish(client: Client, self: Running, frame: Frame): void {
  if (isOver(client, self)) return;
  client.running.delete(self.id);
  post(self.buffer, frame, self.id);
}
