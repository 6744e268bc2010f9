import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { generate } from '../gateway/operations.ts';
import { type Loose, makeFolder, request, startGateway, type TestGateway } from '../world/gateway.ts';
import { errorsOf } from './json-schema.ts';
import {
  createEndpoint,
  deleteEndpoint,
  listEndpoints,
  pageOfDeliveries,
  readJob,
  redeliver,
  redeliverSince,
  rotateSecret,
  testEndpoint,
  updateEndpoint,
} from './operations.ts';
import { openReceiver, type Receiver, signatureOf, verified } from './world.ts';

/** Webhooks from outside: a gateway in its own process, without settings, and receivers on loopback. */
describe('a gateway without settings', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let gateway: TestGateway;

  beforeAll(async () => {
    folder = await makeFolder();
    gateway = await startGateway(folder.path, { USER_JOBS_PER_MINUTE: '1000' });
  });
  afterAll(async () => {
    await gateway.stop();
    await folder.remove();
  });

  const run = async (operation: string, variables: Record<string, unknown> = {}): Promise<Loose> =>
    (await request(gateway, operation, variables)).data;

  async function create(receiver: Receiver, input: Record<string, unknown> = {}): Promise<Loose> {
    const { createWebhookEndpoint } = await run(createEndpoint, { input: { url: receiver.url, ...input } });
    return createWebhookEndpoint;
  }

  async function makeVideo(prompt: string): Promise<string> {
    const { generateVideo } = await run(generate, { input: { prompt, externalId: 'order 7' } });
    return generateVideo.job?.id ?? generateVideo.failedJob?.id;
  }

  /** A job as `job(id)` shows it, in the form of a webhook's `data`. */
  async function jobAsData(id: string): Promise<Loose> {
    const { job } = await run(readJob, { id });
    const failure = job.failure === null ? null : { httpStatus: null, ...job.failure };
    return { ...job, userId: 'demo', retryOf: job.retryOf?.id ?? null, failure };
  }

  const typesAt = (receiver: Receiver) => receiver.received.map(({ body }) => String(JSON.parse(body).type));

  test('tells a receiver of the end of a job and of its stored video, signed, as the schema says', async () => {
    const receiver = await openReceiver();
    const { secret, endpoint } = await create(receiver);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    expect(endpoint).toMatchObject({ url: receiver.url, userId: 'demo', environment: 'TEST', enabled: true });
    const id = await makeVideo('@test/ok:1s');
    await expect.poll(() => typesAt(receiver)).toEqual(['job.completed', 'video.stored']);
    const [completed, stored] = receiver.received.map((each) => verified(secret, each));
    for (const each of receiver.received) {
      expect(each.headers['webhook-signature']).toBe(signatureOf(secret, each));
      expect(each.headers).toMatchObject({ 'content-type': 'application/json' });
      for (const name of ['cookie', 'authorization', 'referer']) expect(each.headers).not.toHaveProperty(name);
      expect(errorsOf(JSON.parse(each.body))).toBeNull();
    }
    const job = await jobAsData(id);
    expect(completed.data).toMatchObject({
      id,
      userId: 'demo',
      status: 'COMPLETED',
      version: job.version,
      externalId: 'order 7',
      videoUrl: job.videoUrl,
      failure: null,
      charge: { state: 'CAPTURED', credits: 67 },
    });
    expect(stored.data).toMatchObject({ id, video: { storage: 'STORED', url: job.videoUrl } });
    expect(stored.data).toEqual(job);
    const { webhookEndpoints } = await run(listEndpoints);
    const [{ deliveries }] = webhookEndpoints;
    expect(deliveries.nodes).toMatchObject([
      { type: 'VIDEO_STORED', state: 'DELIVERED', job: { id } },
      { type: 'JOB_COMPLETED', state: 'DELIVERED', attempts: [{ httpStatus: 200, error: null, response: 'thanks' }] },
    ]);
    expect(deliveries.nodes[1]).toMatchObject({
      messageId: receiver.received[0]?.headers['webhook-id'],
      payload: receiver.received[0]?.body,
    });
    await run(deleteEndpoint, { id: endpoint.id });
  });

  test('tells of failed and canceled jobs with the reason', async () => {
    const receiver = await openReceiver();
    const { secret, endpoint } = await create(receiver, { eventTypes: ['JOB_FAILED', 'JOB_CANCELED'] });
    const id = await makeVideo('@test/fail');
    await makeVideo('@test/ok:1s');
    await expect.poll(() => typesAt(receiver)).toEqual(['job.failed']);
    const [failed] = receiver.received.map((each) => verified(secret, each));
    expect(failed.data.failure).toMatchObject({ code: 'GENERATION_FAILED', retryable: true });
    expect(failed.data).toEqual(await jobAsData(id));
    expect(errorsOf(failed)).toBeNull();
    await run(deleteEndpoint, { id: endpoint.id });
  });

  test('sends a test at once and answers what came of it; a rotated secret and the one before both verify', async () => {
    const receiver = await openReceiver();
    const { secret, endpoint } = await create(receiver);
    const { rotateWebhookSecret } = await run(rotateSecret, { id: endpoint.id });
    const { testWebhookEndpoint } = await run(testEndpoint, { id: endpoint.id });
    expect(testWebhookEndpoint.delivery).toMatchObject({
      type: 'WEBHOOK_TEST',
      state: 'DELIVERED',
      attempts: [{ httpStatus: 200, response: 'thanks' }],
    });
    const [received] = receiver.received;
    if (received === undefined) throw new Error('Nothing came');
    for (const each of [secret, rotateWebhookSecret.secret]) expect(verified(each, received).type).toBe('webhook.test');
    expect(errorsOf(JSON.parse(received.body))).toBeNull();
    receiver.answer = (_, response) => void response.writeHead(500).end('x'.repeat(9000));
    const failed = (await run(testEndpoint, { id: endpoint.id })).testWebhookEndpoint.delivery;
    expect(failed).toMatchObject({ state: 'FAILED', attempts: [{ httpStatus: 500, error: 'It answered 500.' }] });
    expect(failed.attempts[0].response).toBe('x'.repeat(2048));
    await run(deleteEndpoint, { id: endpoint.id });
  });

  test('tries again under the same id; 410 switches off; on again, what was missed is delivered on demand', async () => {
    const receiver = await openReceiver();
    receiver.answer = (_, response) =>
      void response.writeHead(receiver.received.length === 1 ? 500 : receiver.received.length === 2 ? 200 : 410).end();
    const { endpoint } = await create(receiver, { eventTypes: ['JOB_COMPLETED'] });
    const since = new Date().toISOString();
    await makeVideo('@test/ok:1s');
    await expect.poll(() => receiver.received.length).toBe(2);
    expect(receiver.received[0]?.headers['webhook-id']).toBe(receiver.received[1]?.headers['webhook-id']);
    await makeVideo('@test/ok:1s');
    const endpointNow = async () =>
      (await run(listEndpoints)).webhookEndpoints.find((each: Loose) => each.id === endpoint.id);
    await expect.poll(async () => (await endpointNow()).enabled).toBe(false);
    expect(await endpointNow()).toMatchObject({ disabledReason: expect.stringContaining('410') });
    await makeVideo('@test/ok:1s');
    await expect.poll(async () => (await endpointNow()).deliveries.nodes.length).toBe(3);
    const { node } = await run(pageOfDeliveries, { id: endpoint.id, first: 1, state: 'FAILED' });
    await expect.poll(async () => (await endpointNow()).deliveries.nodes[0].state).toBe('FAILED');
    expect(node.deliveries).toMatchObject({ edges: [{ node: { state: 'FAILED' } }], pageInfo: {} });

    receiver.answer = (_, response) => void response.writeHead(204).end();
    await run(updateEndpoint, { input: { id: endpoint.id, enabled: true } });
    expect((await run(redeliverSince, { id: endpoint.id, since })).redeliverWebhooks).toMatchObject({ count: 2 });
    await expect.poll(() => receiver.received.length).toBe(5);
    const [newest] = (await endpointNow()).deliveries.nodes;
    expect((await run(redeliver, { id: newest.id })).redeliverWebhook.delivery).toMatchObject({ id: newest.id });
    await expect.poll(() => receiver.received.length).toBe(6);
    await run(deleteEndpoint, { id: endpoint.id });
  });

  test('pages through the log, newest first: `after` continues behind a cursor, in one state or in all', async () => {
    const receiver = await openReceiver();
    receiver.answer = (_, response) => void response.writeHead(receiver.received.length % 2 === 0 ? 200 : 500).end();
    // Videos of the tests before may be stored only now.
    const { endpoint } = await create(receiver, { eventTypes: ['JOB_CANCELED'] });
    const sent: string[] = [];
    for (let count = 0; count < 5; count += 1)
      sent.unshift((await run(testEndpoint, { id: endpoint.id })).testWebhookEndpoint.delivery.id);
    const pagesOf = async (state: string | null) => {
      const pages: string[][] = [];
      let after: string | null = null;
      do {
        const { node } = await run(pageOfDeliveries, { id: endpoint.id, first: 2, after, state });
        const { edges, pageInfo } = node.deliveries;
        pages.push(edges.map((edge: Loose) => edge.node.id));
        expect(pageInfo.endCursor).toBe(edges.at(-1).cursor);
        after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
      } while (after !== null);
      return pages;
    };
    expect(await pagesOf(null)).toEqual([sent.slice(0, 2), sent.slice(2, 4), sent.slice(4)]);
    const failed = sent.filter((_, index) => index % 2 === 0);
    expect(await pagesOf('FAILED')).toEqual([failed.slice(0, 2), failed.slice(2)]);
    const { node } = await run(pageOfDeliveries, { id: endpoint.id, first: 2 });
    const [, { cursor }] = node.deliveries.edges;
    // A delivery that was added meanwhile moves nothing.
    await run(testEndpoint, { id: endpoint.id });
    const next = await run(pageOfDeliveries, { id: endpoint.id, first: 3, after: cursor });
    expect(next.node.deliveries.edges.map((edge: Loose) => edge.node.id)).toEqual(sent.slice(2));
    expect(next.node.deliveries.pageInfo.hasNextPage).toBe(false);
    await run(deleteEndpoint, { id: endpoint.id });
  });

  test('refuses URLs that lead elsewhere, more than 20 endpoints, and endpoints that do not exist', async () => {
    const refused = await run(createEndpoint, { input: { url: 'http://10.0.0.1/x', description: 'd'.repeat(256) } });
    expect(refused.createWebhookEndpoint.issues.map(({ path }: Loose) => path[0])).toEqual(['url', 'description']);
    const receiver = await openReceiver();
    const created: Loose[] = [];
    for (let count = 0; count < 21; count += 1) created.push(await create(receiver));
    expect(created.map(({ __typename }) => __typename).filter((name) => name === 'InvalidInputError')).toHaveLength(1);
    for (const { endpoint } of created) if (endpoint !== undefined) await run(deleteEndpoint, { id: endpoint.id });
    const { id } = created[0].endpoint;
    for (const operation of [deleteEndpoint, rotateSecret, testEndpoint]) {
      const [result] = Object.values<Loose>(await run(operation, { id }));
      expect(result).toMatchObject({ __typename: 'NotFoundError', message: 'There is no such endpoint.' });
    }
    expect((await run(updateEndpoint, { input: { id, enabled: true } })).updateWebhookEndpoint.code).toBe('NOT_FOUND');
    expect((await run(redeliver, { id })).redeliverWebhook.code).toBe('NOT_FOUND');
    expect((await run(listEndpoints)).webhookEndpoints).toEqual([]);
  });
});
