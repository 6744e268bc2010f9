import { describe, expect, test } from 'vitest';
import { generate, watchAccount, watchFeed, watchJob } from '../gateway/operations.ts';
import { type Loose, request, tokenOf } from '../world/gateway.ts';
import { subscribeMessage } from './raw-socket.ts';
import { useGatewayWithProvider } from './world.ts';

/** graphql-transport-ws by hand-written frames: the life of an operation and its id. */
describe('an operation over graphql-transport-ws', () => {
  const { gateway, token, connect, holdSubmissions } = useGatewayWithProvider();
  const missing = Buffer.from('Job:01900000-0000-7000-8000-000000000000').toString('base64url');

  describe('a query or mutation', () => {
    test('gives one result, then completes', async () => {
      const raw = await connect();
      raw.send(subscribeMessage('q', '{ viewer { userId environment } }'));
      expect(await raw.next()).toEqual({
        id: 'q',
        type: 'next',
        payload: { data: { viewer: { userId: 'ada', environment: 'LIVE' } } },
      });
      expect(await raw.next()).toEqual({ id: 'q', type: 'complete' });
      raw.send(subscribeMessage('m', generate, { input: { prompt: 'Two people 🤝 Müller' } }));
      expect(await raw.next()).toMatchObject({
        id: 'm',
        payload: { data: { generateVideo: { replayed: false, job: { prompt: 'Two people 🤝 Müller' } } } },
      });
      expect(await raw.next()).toEqual({ id: 'm', type: 'complete' });
    });

    test('runs the named operation, and accepts null for absent members', async () => {
      const raw = await connect();
      const query = 'query A { viewer { userId } } query B($first: Int) { jobs(first: $first) { totalCount } }';
      raw.send({
        id: '1',
        type: 'subscribe',
        payload: { query, operationName: 'B', variables: { first: 0 }, extensions: null },
      });
      expect(await raw.next()).toMatchObject({ payload: { data: { jobs: { totalCount: expect.any(Number) } } } });
      await raw.next();
      raw.send({
        id: '2',
        type: 'subscribe',
        payload: { query: '{ __typename }', operationName: null, variables: null },
      });
      expect(await raw.next()).toMatchObject({ id: '2', payload: { data: { __typename: 'Query' } } });
    });

    test('whose field fails reports the error beside the data', async () => {
      const raw = await connect();
      raw.send(subscribeMessage('1', '{ node(id: "nonsense") { id } quote { credits } }'));
      const { payload } = await raw.next();
      expect(payload.data).toMatchObject({ node: null, quote: { credits: 67 } });
      expect(await raw.next()).toEqual({ id: '1', type: 'complete' });
    });

    test('that the client completes first sends no result, although it is executed', async () => {
      const { arrived, release } = holdSubmissions();
      const raw = await connect();
      raw.send(subscribeMessage('events', watchFeed));
      await raw.next();
      raw.send(subscribeMessage('slow', generate, { input: { externalId: 'unheard' } }));
      await arrived;
      raw.send({ id: 'slow', type: 'complete' });
      // The pong shows that the server has read the messages before the ping.
      const seen: Loose[] = [...(await raw.settle())];
      release();
      while (seen.at(-1)?.payload?.data.jobEvents?.status !== 'COMPLETED') seen.push(await raw.next());
      expect([...seen, ...(await raw.settle())].filter(({ id }) => id !== 'events')).toEqual([]);
      const { data } = await request(
        gateway(),
        '{ jobs(filter: { externalId: "unheard" }) { totalCount } }',
        {},
        token(),
      );
      expect(data.jobs.totalCount).toBe(1);
    });
  });

  describe('an operation that is refused', () => {
    test.each<[string, string, Record<string, unknown> | undefined, string]>([
      ['cannot be parsed', '{', undefined, 'GRAPHQL_PARSE_FAILED'],
      ['is not valid', '{ nothing }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
      ['lacks a variable', 'query ($id: ID!) { job(id: $id) { id } }', {}, 'BAD_USER_INPUT'],
      ['names no operation', 'query A { __typename } query B { __typename }', undefined, 'BAD_USER_INPUT'],
      ['watches a job that is not there', watchJob, { id: missing }, 'NOT_FOUND'],
      ['watches something that is no job', watchJob, { id: 'nonsense' }, 'NOT_FOUND'],
      ['resumes from a cursor that is none', watchFeed, { after: 7 }, 'BAD_USER_INPUT'],
    ])('because it %s gives one error and nothing else', async (_name, query, variables, code) => {
      const raw = await connect();
      raw.send(subscribeMessage('1', query, variables));
      const frame = await raw.next();
      expect(frame).toMatchObject({ id: '1', type: 'error', payload: [{ extensions: { code } }] });
      expect(typeof frame.payload[0].message).toBe('string');
      expect(await raw.settle()).toEqual([]);
      raw.send(subscribeMessage('1', '{ __typename }'));
      expect(await raw.next()).toMatchObject({ id: '1', type: 'next' });
    });

    test('watching another’s job looks like watching none', async () => {
      const raw = await connect();
      raw.send(subscribeMessage('m', generate));
      const { id } = (await raw.next()).payload.data.generateVideo.job;
      const other = await connect(await tokenOf('bob'));
      other.send(subscribeMessage('1', watchJob, { id }));
      other.send(subscribeMessage('2', watchJob, { id: missing }));
      const [theirs, nobodys] = [await other.nextOf('1'), await other.nextOf('2')];
      expect(theirs.type).toBe('error');
      expect(theirs.payload).toEqual(nobodys.payload);
    });
  });

  describe('a subscription', () => {
    test('gives results as they come, and completes after the last', async () => {
      const raw = await connect();
      raw.send(subscribeMessage('m', generate));
      const { id } = (await raw.next()).payload.data.generateVideo.job;
      await raw.next();
      raw.send(subscribeMessage('s', watchJob, { id }));
      const frames = [await raw.next()];
      while (frames.at(-1)?.type === 'next') frames.push(await raw.next());
      expect(frames.at(-1)).toEqual({ id: 's', type: 'complete' });
      expect(frames.at(-2)?.payload.data.jobUpdated.status).toBe('COMPLETED');
    });

    test('that the client completes sends nothing more, and its id is free', async () => {
      const raw = await connect();
      raw.send(subscribeMessage('s', watchAccount));
      await raw.next();
      raw.send({ id: 's', type: 'complete' });
      raw.send(subscribeMessage('m', generate));
      expect(await raw.next()).toMatchObject({ id: 'm', type: 'next' });
      await raw.next();
      expect(await raw.settle()).toEqual([]);
      raw.send(subscribeMessage('s', watchFeed));
      expect(await raw.next()).toMatchObject({ id: 's', type: 'next', payload: { data: { jobEvents: {} } } });
    });

    test('that is completed before it has started never starts', async () => {
      const raw = await connect();
      raw.send(subscribeMessage('s', watchAccount));
      raw.send({ id: 's', type: 'complete' });
      raw.send(subscribeMessage('m', generate));
      const frames = [await raw.nextOf('m'), await raw.nextOf('m'), ...(await raw.settle())];
      expect(frames.filter(({ id }) => id === 's')).toEqual([]);
    });

    test('whose id is reused at once leaves the id to the newer operation', async () => {
      const { arrived, release } = holdSubmissions();
      const raw = await connect();
      raw.send(subscribeMessage('s', generate));
      await arrived;
      raw.send({ id: 's', type: 'complete' });
      raw.send(subscribeMessage('s', watchFeed));
      expect(await raw.next()).toMatchObject({ payload: { data: { jobEvents: { __typename: 'FeedLive' } } } });
      release();
      const frames: Loose[] = [];
      while (frames.at(-1)?.payload?.data?.jobEvents?.status !== 'COMPLETED') frames.push(await raw.next());
      expect(frames.filter(({ type, payload }) => type !== 'next' || payload.data.jobEvents === undefined)).toEqual([]);
    });
  });
});
