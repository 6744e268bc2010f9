import { expect, it, onTestFinished } from 'vitest';
import { generate } from '../../gateway/operations.ts';
import { createEndpoint } from '../../webhook/operations.ts';
import { openReceiver, verified } from '../../webhook/world.ts';
import { makeFolder, request, startGateway, testSecret, tokenOf } from '../../world/gateway.ts';
import { ended } from './world.ts';

const readStatus = 'query ($id: ID!) { job(id: $id) { status version } }';

it.each(['before-end-commit', 'after-end-commit'] as const)(
  'a gateway that dies at %s tells of the end of a job once it is back, and never of an end that is not stored',
  async (failpoint) => {
    const folder = await makeFolder();
    onTestFinished(folder.remove);
    const receiver = await openReceiver();
    const settings = { AUTH_JWT_SECRET: testSecret };
    const token = await tokenOf('ana', { env: 'test' });
    const dying = await startGateway(folder.path, { ...settings, REELGATE_FAILPOINT: `${failpoint}:1` });
    onTestFinished(dying.kill);
    const input = { url: receiver.url, eventTypes: ['JOB_COMPLETED', 'JOB_FAILED'] };
    const { data: made } = await request(dying, createEndpoint, { input }, token);
    const { secret } = made.createWebhookEndpoint;
    const { data } = await request(dying, generate, { input: { prompt: '@test/ok:1s' } }, token);
    const { id } = data.generateVideo.job;
    await ended(dying);
    expect(dying.process.signalCode).toBe('SIGKILL');
    // The outbox is part of the commit: what is not stored was not sent.
    if (failpoint === 'before-end-commit') expect(receiver.received).toEqual([]);

    const next = await startGateway(folder.path, settings);
    onTestFinished(async () => void (await next.stop()));
    // If the dead one had begun to send, the lease of its attempt ends after a minute.
    await expect.poll(() => receiver.received.length, { timeout: 120_000 }).toBeGreaterThan(0);
    const { data: now } = await request(next, readStatus, { id }, token);
    expect(now.job.status).toBe('COMPLETED');
    const ids = receiver.received.map((each) => {
      expect(verified(secret, each)).toMatchObject({ type: 'job.completed', data: { id, version: now.job.version } });
      return each.headers['webhook-id'];
    });
    expect(new Set(ids).size).toBe(1);
  },
);
