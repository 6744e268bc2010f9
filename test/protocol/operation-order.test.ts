import { describe, expect, test } from 'vitest';
import { generate, watchAccount } from '../gateway/operations.ts';
import { type Loose, tokenOf } from '../world/gateway.ts';
import { subscribeMessage } from './raw-socket.ts';
import { useGatewayWithProvider } from './world.ts';

/** graphql-transport-ws by hand-written frames: operations and ids side by side. */
describe('operations over graphql-transport-ws, side by side', () => {
  const { connect } = useGatewayWithProvider();

  describe('an id', () => {
    test('that is in use closes the connection with 4409, for every kind of operation', async () => {
      const raw = await connect();
      raw.send(subscribeMessage('s', watchAccount));
      await raw.next();
      raw.send(subscribeMessage('s', '{ __typename }'));
      expect(await raw.closed).toEqual({ code: 4409, reason: 'Subscriber for s already exists' });
      const eager = await connect();
      eager.send(subscribeMessage('q', generate));
      eager.send(subscribeMessage('q', generate));
      expect(await eager.closed).toMatchObject({ code: 4409 });
    });

    test('may be long; the close reason holds as much of it as fits', async () => {
      const raw = await connect();
      const id = 'ü'.repeat(500);
      raw.send(subscribeMessage(id, watchAccount));
      expect(await raw.next()).toMatchObject({ id, type: 'next' });
      raw.send(subscribeMessage(id, watchAccount));
      const { code, reason } = await raw.closed;
      expect(code).toBe(4409);
      expect(reason).toMatch(/^Subscriber for ü+/);
    });

    test.each(['__proto__', 'constructor', ' ', '💥'])('may be %j', async (id) => {
      const raw = await connect();
      raw.send(subscribeMessage(id, watchAccount));
      expect(await raw.next()).toMatchObject({ id, type: 'next' });
      raw.send({ id, type: 'complete' });
      raw.send(subscribeMessage(id, '{ __typename }'));
      expect(await raw.next()).toMatchObject({ id, type: 'next', payload: { data: { __typename: 'Query' } } });
    });

    test('that is unknown or already completed may be completed without effect', async () => {
      const raw = await connect();
      raw.send({ id: 'never', type: 'complete' });
      raw.send(subscribeMessage('q', '{ __typename }'));
      await raw.next();
      await raw.next();
      raw.send({ id: 'q', type: 'complete' });
      expect(await raw.settle()).toEqual([]);
    });

    test('is free as soon as its operation has completed or failed', async () => {
      const raw = await connect();
      for (const [query, type] of [
        ['{ __typename }', 'complete'],
        ['{ nothing }', 'error'],
        ['{ __typename }', 'complete'],
      ] as const) {
        raw.send(subscribeMessage('1', query));
        let frame = await raw.next();
        if (frame.type === 'next') frame = await raw.next();
        expect(frame).toMatchObject({ id: '1', type });
      }
    });
  });

  test('many operations at once do not mix: each gives its own result and then completes', async () => {
    const raw = await connect(await tokenOf('many'));
    raw.send(subscribeMessage('live', watchAccount));
    await raw.next();
    const ids = Array.from({ length: 60 }, (_, at) => `op ${at}`);
    for (const [at, id] of ids.entries()) {
      raw.send(
        subscribeMessage(id, `query ($first: Int) { jobs(first: $first) { totalCount } a${at}: __typename }`, {
          first: 1,
        }),
      );
    }
    const frames = new Map<string, Loose[]>(ids.map((id) => [id, []]));
    while ([...frames.values()].some((each) => each.length < 2)) {
      const frame = await raw.next();
      frames.get(frame.id)?.push(frame);
    }
    for (const [at, id] of ids.entries()) {
      expect(frames.get(id)).toMatchObject([
        { type: 'next', payload: { data: { [`a${at}`]: 'Query' } } },
        { type: 'complete' },
      ]);
    }
    raw.send({ id: 'live', type: 'complete' });
    expect(await raw.settle()).toEqual([]);
  });

  test('after a message that ends the connection does not run', async () => {
    const raw = await connect();
    raw.send('no message');
    raw.send(subscribeMessage('m', generate, { input: { externalId: 'after the end' } }));
    expect(await raw.closed).toMatchObject({ code: 4400 });
    const again = await connect();
    again.send(subscribeMessage('q', '{ jobs(filter: { externalId: "after the end" }) { totalCount } }'));
    expect(await again.next()).toMatchObject({ payload: { data: { jobs: { totalCount: 0 } } } });
  });
});
