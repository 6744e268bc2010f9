import { Client, cacheExchange as documentCache, gql, type OperationResult } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheOptions, reelgateExchange } from '../../client/src/urql.ts';
import { hold, liveToken, openKit, openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 180_000);

afterAll(() => world.close());

const generate = gql`
  mutation ($prompt: String) {
    generateVideo(input: { prompt: $prompt }) {
      ... on GenerateVideoSuccess { job { id status } }
      ... on Failure { code message }
    }
  }
`;
const list = gql`{ jobs(first: 5) { nodes { id status version progress { fraction } } pageInfo { hasNextPage } } }`;
const watch = gql`subscription ($id: ID!) { jobUpdated(id: $id) { id status version progress { fraction } } }`;
const feed = gql`
  subscription ($from: String) {
    events: jobEvents(after: $from) { ... on FeedItem { at: cursor } ... on JobEvent { version } }
  }
`;

describe('reelgateExchange', () => {
  it('feeds the normalised cache: a list shows what a subscription brings, through a broken connection', async () => {
    const gate = await world.gate();
    const kit = openKit(gate, { user: 'urql' });
    const exchanges = [cacheExchange(cacheOptions), reelgateExchange(kit)];
    const client = new Client({ url: 'unused', preferGetMethod: false, exchanges });
    const release = hold(world);
    const { data } = await client.mutation(generate, { prompt: 'By urql' }).toPromise();
    const { id } = data.generateVideo.job;
    const statuses: string[] = [];
    const listed = client
      .query(list, {})
      .subscribe(({ data: page }) => void statuses.push(page?.jobs.nodes[0]?.status));
    let isCut = false;
    await new Promise<void>((resolve) => {
      const { unsubscribe } = client.subscription(watch, { id }).subscribe(({ data: update, error }) => {
        expect(error).toBeUndefined();
        if (update.jobUpdated.status === 'PROCESSING' && !isCut) {
          isCut = true;
          gate.cut();
          release();
        }
        if (update.jobUpdated.status !== 'COMPLETED') return;
        unsubscribe();
        resolve();
      });
    });
    listed.unsubscribe();
    expect(statuses.at(-1)).toBe('COMPLETED');
    expect(gate.upgrades()).toBeGreaterThan(1);
  });

  it('resumes a feed with aliases, renews the token, and takes streams where sockets are blocked', async () => {
    const gate = await world.gate();
    gate.sockets = 'refused';
    let asked = 0;
    const token = () => {
      asked += 1;
      return liveToken('urql feed', Math.floor(Date.now() / 1000) + (asked === 1 ? -60 : 3600));
    };
    const kit = openKit(gate, { user: 'urql feed', token });
    const client = new Client({
      url: 'unused',
      preferGetMethod: false,
      exchanges: [documentCache, reelgateExchange(kit)],
    });
    const versions: number[] = [];
    let isAsked = false;
    await new Promise<void>((resolve) => {
      const { unsubscribe } = client.subscription(feed, {}).subscribe(({ data }) => {
        if (!isAsked)
          client
            .mutation(generate, { prompt: 'Fed' })
            .toPromise()
            .catch(() => undefined);
        isAsked = true;
        const { version } = data.events;
        if (version === undefined) return;
        versions.push(version);
        if (version === 2) gate.cut();
        if (version !== 5) return;
        unsubscribe();
        resolve();
      });
    });
    expect(versions).toEqual([1, 2, 3, 4, 5]);
    expect([kit.way(), asked]).toEqual(['stream', 2]);
  });

  it('passes on what the gateway refuses, as urql does', async () => {
    const kit = openKit(world.gateway, { user: 'urql refused' });
    const client = new Client({ url: 'unused', preferGetMethod: false, exchanges: [reelgateExchange(kit)] });
    const { error } = await new Promise<OperationResult>((resolve) => {
      client.subscription(watch, { id: 'none' }).subscribe(resolve);
    });
    expect(error?.graphQLErrors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });

  it('passes on that a socket was refused as it does for requests', async () => {
    const kit = openKit(world.gateway, { user: 'urql refused', token: 'none' });
    const client = new Client({ url: 'unused', preferGetMethod: false, exchanges: [reelgateExchange(kit)] });
    const { error } = await new Promise<OperationResult>((resolve) => {
      client.subscription(watch, { id: 'none' }).subscribe(resolve);
    });
    const { error: other } = await client.query(list, {}).toPromise();
    for (const each of [error, other])
      expect(each?.graphQLErrors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });
});
