import { userKeyOf } from '../../gateway/viewer.ts';
import type { View } from '../../read/view.ts';
import type { LimitReport } from '../auth/limit-report.ts';
import type { Engine, Ready } from '../graphql/engine.ts';
import { refusal } from '../graphql/errors.ts';
import type { OperationRequest } from '../graphql/operation-key.ts';
import type { RunningOperations } from '../graphql/running-operations.ts';
import type { Connection } from './connection.ts';
import { type Frames, framesAlone } from './event-frame.ts';
import type { Frame } from './frame.ts';
import type { Hub } from './hub.ts';
import { completeFrame, errorFrame, nextFrame } from './message.ts';
import { drained, drop, isDrained, send } from './send-buffer.ts';
import type { Running } from './subscriber.ts';

/** Runs the operations of clients; results go to their send buffers. */
export interface Operations {
  /** Starts an operation under an id that is free. */
  start(connection: Connection, id: string, request: OperationRequest): void;
  /** Ends the operation under an id: nothing more is sent, and the id is free at once. A mutation that has begun still completes. */
  stop(connection: Connection, id: string): void;
  stopAll(connection: Connection): void;
}

/** The parts that operations need. Without a hub each subscription runs by itself. */
export type OperationDeps = {
  readonly engine: Engine;
  readonly hub: Hub | null;
  readonly runningOperations: RunningOperations;
  /** How many may run on one connection at once. */
  readonly operationsPerSocket: number;
  /** Receives who asks for more. */
  readonly limits: LimitReport;
};

/** The operations of all connections. */
export function createOperations(deps: OperationDeps): Operations {
  const { engine, hub, runningOperations, operationsPerSocket, limits } = deps;

  async function run(connection: Connection, self: Running, request: OperationRequest): Promise<void> {
    if (connection.running.size > operationsPerSocket) {
      limits.hit('socket_subscriptions', userKeyOf(request.viewer), operationsPerSocket);
      const message = `A socket may run ${operationsPerSocket} operations at once; complete one first.`;
      throw refusal('RATE_LIMITED', message);
    }
    const ready = await engine.prepare(request);
    if ('refused' in ready) return finish(connection, self, errorFrame(ready.refused));
    if (isOver(connection, self)) return;
    if (ready.operation.operation !== 'subscription') return respond(connection, self, ready);
    const leave = hub?.join(ready, request, self) ?? null;
    if (leave === null) return follow(connection, self, ready, request);
    self.stop = () => {
      leave();
      drop(self.buffer, self.id);
    };
  }

  async function respond(connection: Connection, self: Running, ready: Ready): Promise<void> {
    const { id, buffer } = self;
    const end = runningOperations.begin();
    const result = await engine.execute(ready).finally(end);
    if ('refused' in result) return finish(connection, self, errorFrame(result.refused));
    if (isOver(connection, self)) return;
    send(buffer, nextFrame(result.payload), id);
    await drained(buffer);
    finish(connection, self, completeFrame());
  }

  /** Gives an operation an event stream of its own: the next event is taken when the send buffer has drained. */
  async function follow(connection: Connection, self: Running, ready: Ready, request: OperationRequest): Promise<void> {
    const frames = hub?.framesOf(ready, request) ?? framesAlone(engine, ready);
    const events = await engine.subscribe(ready);
    if ('refused' in events) return finish(connection, self, errorFrame(events.refused));
    self.stop = () => {
      events.return?.().catch(engine.refuse);
    };
    // The client may have completed it while the stream was opened.
    if (isOver(connection, self)) return self.stop();
    if (isView(events)) return followView(connection, self, frames, events);
    try {
      while (!isOver(connection, self)) {
        const { done, value } = await events.next();
        if (done === true) return finish(connection, self, completeFrame());
        await sendEvent(connection, self, await frames.of(value));
      }
    } finally {
      self.stop();
    }
  }

  /** Does the same without a promise for each event, because thousands of subscriptions may follow views at once. */
  function followView(connection: Connection, self: Running, frames: Frames, view: View<unknown>): void {
    const sendThis = (frame: Frame) => sendEvent(connection, self, frame);
    view.each({
      onItem(event) {
        const frame = frames.of(event);
        if (!(frame instanceof Promise)) return sendEvent(connection, self, frame);
        frames.begin(view.buffered);
        return frame.then(sendThis);
      },
      onEnd(error) {
        finish(connection, self, error === null ? completeFrame() : errorFrame(engine.refuse(error).refused));
        self.stop();
      },
    });
  }

  /** Returns a promise where the next event must wait until the send buffer has drained. */
  function sendEvent(connection: Connection, self: Running, frame: Frame): Promise<void> | void {
    if (isOver(connection, self)) return self.stop();
    send(self.buffer, frame, self.id);
    if (!isDrained(self.buffer)) return drained(self.buffer);
  }

  return {
    start(connection, id, request) {
      const { buffer, running } = connection;
      const self: Running = { id, buffer, free: () => void running.delete(id), stop: () => undefined };
      running.set(id, self);
      run(connection, self, request).catch((error: unknown) => {
        finish(connection, self, errorFrame(engine.refuse(error).refused));
      });
    },
    stop(connection, id) {
      const stopped = connection.running.get(id);
      connection.running.delete(id);
      stopped?.stop();
    },
    stopAll({ running }) {
      const stopped = [...running.values()];
      running.clear();
      for (const { stop } of stopped) stop();
    },
  };
}

/** Our own fields are fed by views. */
function isView(events: AsyncIterator<unknown>): events is View<unknown> {
  return 'each' in events;
}

/** Whether nothing more may be sent for an operation: it has ended (another may use its id since), or its socket is closing. */
function isOver({ socket, running }: Connection, self: Running): boolean {
  return running.get(self.id) !== self || socket.readyState !== socket.OPEN;
}

/** Sends the last frame of an operation, unless it has ended before. Its id is free before the client can read that frame. */
function finish(connection: Connection, self: Running, frame: Frame): void {
  if (isOver(connection, self)) return;
  connection.running.delete(self.id);
  send(self.buffer, frame, self.id);
}
