import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cacheOptions, reelgateLink } from '../../client/src/apollo.ts';
import { ReelgateError } from '../../client/src/index.ts';
import type { Loose } from '../world/gateway.ts';
import { hold, liveToken, openKit, openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 180_000);

afterAll(() => world.close());

const generate = gql`
  mutation Generate($prompt: String) {
    generateVideo(input: { prompt: $prompt }) {
      ... on GenerateVideoSuccess { job { id status } }
      ... on Failure { code message }
    }
  }
`;
const list = gql`
  query List($after: String, $filter: JobFilter) {
    jobs(first: 1, after: $after, filter: $filter) { nodes { id status } pageInfo { hasNextPage endCursor } }
  }
`;
const watch = gql`subscription Watch($id: ID!) { jobUpdated(id: $id) { id status version progress { fraction } } }`;

describe('reelgateLink', () => {
  it('feeds the cache: a list shows what a subscription brings, through a broken connection and with a fresh token', async () => {
    const gate = await world.gate();
    let asked = 0;
    const token = () => {
      asked += 1;
      return liveToken('apollo', Math.floor(Date.now() / 1000) + (asked === 1 ? -60 : 3600));
    };
    const kit = openKit(gate, { user: 'apollo', token });
    const client = new ApolloClient({ cache: new InMemoryCache(cacheOptions), link: reelgateLink(kit) });
    const release = hold(world);
    const { data } = await client.mutate<Loose>({ mutation: generate, variables: { prompt: 'By Apollo' } });
    const { id } = data.generateVideo.job;
    await client.query({ query: list });
    let isCut = false;
    await new Promise<void>((resolve, reject) => {
      client.subscribe<Loose>({ query: watch, variables: { id } }).subscribe({
        next({ data: update, error }) {
          expect(error).toBeUndefined();
          if (update.jobUpdated.status !== 'PROCESSING' || isCut) return;
          isCut = true;
          gate.cut();
          release();
        },
        error: reject,
        complete: resolve,
      });
    });
    expect(client.readQuery<Loose>({ query: list }).jobs.nodes).toMatchObject([{ id, status: 'COMPLETED' }]);
    expect(gate.upgrades()).toBeGreaterThan(1);
    expect(asked).toBe(2);
  });

  it('adds pages to the list of their filter, and knows what a failure is', async () => {
    const kit = openKit(world.gateway, { user: 'apollo pages' });
    const client = new ApolloClient({ cache: new InMemoryCache(cacheOptions), link: reelgateLink(kit) });
    for (const prompt of ['One', 'Two']) await client.mutate({ mutation: generate, variables: { prompt } });
    const { data: first } = await client.query<Loose>({ query: list });
    const next = { after: first.jobs.pageInfo.endCursor };
    await client.query({ query: list, variables: next, fetchPolicy: 'network-only' });
    expect(client.readQuery<Loose>({ query: list }).jobs).toMatchObject({
      nodes: [{ id: expect.any(String) }, { id: expect.any(String) }],
      pageInfo: { hasNextPage: false },
    });
    await client.query({ query: list, variables: { filter: { status: ['FAILED'] } } });
    expect(client.readQuery<Loose>({ query: list }).jobs.nodes).toHaveLength(2);
    const { data: refused } = await client.mutate<Loose>({ mutation: generate, variables: { prompt: '' } });
    expect(refused.generateVideo).toMatchObject({ code: 'INVALID_INPUT', message: expect.any(String) });
  });

  it('passes on what the gateway refuses', async () => {
    const kit = openKit(world.gateway, { user: 'apollo refused' });
    const client = new ApolloClient({ cache: new InMemoryCache(cacheOptions), link: reelgateLink(kit) });
    const failed = new Promise((resolve) => {
      client
        .subscribe({ query: watch, variables: { id: 'none' } })
        .subscribe({ next: ({ error }) => resolve(error), error: resolve });
    });
    const error = await failed;
    expect(error instanceof ReelgateError || error instanceof CombinedGraphQLErrors).toBe(true);
    expect(String(error)).toContain('no such job');
  });
});
