import { parse } from 'graphql';
import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { createLocalBell } from '../../src/adapter/bell/local.ts';
import type { Job } from '../../src/domain/job.ts';
import { createViews } from '../../src/read/views.ts';
import type { Engine, Ready } from '../../src/server/graphql/engine.ts';
import { openGroup } from '../../src/server/websocket/group.ts';
import { createSendBuffer, createSendQueue } from '../../src/server/websocket/send-buffer.ts';
import { sampleJob } from '../domain/sample.ts';
import { createManualClock } from '../world/clock.ts';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A group that watches a job: how often its operation was executed, and how many frames its one subscriber was sent. */
function openPolls(asksGateway: boolean) {
  const clock = createManualClock();
  const bell = createLocalBell();
  const views = createViews({ bell, clock, log: quiet });
  let job: Job = sampleJob({ state: 'PROCESSING', version: 4 });
  let executed = 0;
  let frames = 0;
  const engine = {
    subscribe: () => Promise.resolve(views.open('job', () => Promise.resolve({ items: [job] }))),
    payloadOf(args: Ready['args'], event: unknown) {
      executed += 1;
      const { gateway } = args.contextValue as { gateway: { progress?: () => void } };
      if (asksGateway) gateway.progress?.();
      return JSON.stringify({ data: { version: (event as Job).version } });
    },
  } as unknown as Engine;
  const socket = { readyState: 1, OPEN: 1 } as unknown as WebSocket;
  const stream = {
    writableLength: 0,
    write() {
      frames += 1;
    },
  };
  const buffer = createSendBuffer(socket, stream as never, createSendQueue(clock));
  const args = { document: parse('subscription { jobUpdated }'), contextValue: { gateway: {} } };
  const group = openGroup(engine, { args } as unknown as Ready, () => undefined);
  group.add({ id: '1', buffer, free: () => undefined });
  return {
    async see(next: Partial<Job>) {
      job = { ...job, ...next };
      bell.ring(['job']);
      await clock.advance(0);
      return { executed, frames };
    },
  };
}

test('a poll that changes nothing visible sends the same frame again; any other change executes the operation', async () => {
  const { see } = openPolls(false);
  expect(await see({})).toEqual({ executed: 1, frames: 1 });
  expect(await see({ polledAt: 7, pollAt: 9, faults: 1 })).toEqual({ executed: 1, frames: 2 });
  expect(await see({ version: 5 })).toEqual({ executed: 2, frames: 3 });
  expect(await see({ polledAt: 8 })).toEqual({ executed: 2, frames: 4 });
});

test('an operation whose fields call the gateway, such as progress, is executed on each poll', async () => {
  const { see } = openPolls(true);
  expect(await see({})).toEqual({ executed: 1, frames: 1 });
  expect(await see({ polledAt: 7 })).toEqual({ executed: 2, frames: 2 });
});
