import { ApolloClient, type ErrorLike, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors, CombinedProtocolErrors } from '@apollo/client/errors';
import { Client, fetchExchange } from '@urql/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openWorld, type World } from '../../hub/world.ts';
import { tokenOf } from '../../server/world.ts';
import { accepted, claimed, completed } from '../../store/contract/world.ts';
import type { Loose } from '../../world/gateway.ts';
import { createGathered } from './world.ts';

const watch = 'subscription Watch($id: ID!) { jobUpdated(id: $id) { id status version } }';

const feed = 'subscription Feed { jobEvents { __typename ... on JobEvent { status version } } }';

const idOf = (job: { readonly id: string }) => Buffer.from(`Job:${job.id}`).toString('base64url');

/** Apollo Client with its HttpLink alone: no WebSocket and no other link. */
async function openApollo(url: string, expiresAt = '2027-01-01T00:00:00Z') {
  const token = await tokenOf({ sub: 'ada', env: 'test' }, expiresAt);
  const http = new HttpLink({ uri: `${url}/graphql`, headers: { authorization: `Bearer ${token}` } });
  const client = new ApolloClient({ cache: new InMemoryCache(), link: http });
  onTestFinished(() => client.stop());
  return {
    client,
    watch(query: string, variables: object = {}) {
      const seen = createGathered();
      let failed: ErrorLike | undefined;
      const results = client.subscribe<Loose>({ query: gql(query), variables, fetchPolicy: 'no-cache' });
      let stop: () => void = () => undefined;
      const ended = new Promise<void>((resolve) => {
        const subscription = results.subscribe({
          next({ data, error }) {
            failed ??= error;
            if (data) seen.add(Object.values<Loose>(data)[0]);
          },
          complete: resolve,
        });
        stop = () => subscription.unsubscribe();
        onTestFinished(stop);
      });
      return { seen, ended, error: () => failed, stop };
    },
  };
}

async function finish(world: World, job: Awaited<ReturnType<World['job']>>): Promise<void> {
  let current = job;
  for (const event of [claimed, accepted, completed]) current = await world.happen(current, event);
}

describe('Apollo Client’s HttpLink alone', () => {
  it('watches a job to its end, and the subscription completes', async () => {
    const world = await openWorld();
    const job = await world.job();
    const { client, watch: subscribe } = await openApollo(world.url);
    const { seen, ended, error } = subscribe(watch, { id: idOf(job) });
    await seen.until(({ status }) => status === 'PENDING');
    await finish(world, job);
    await ended;
    expect(seen.items.at(-1)).toMatchObject({ id: idOf(job), status: 'COMPLETED' });
    expect(error()).toBeUndefined();
    const { data } = await client.query<Loose>({ query: gql('{ viewer { userId } }') });
    expect(data?.viewer.userId).toBe('ada');
    expect(world.listening()).toBe(0);
  });

  it('reads the feed through heartbeats, and frees it when it unsubscribes', async () => {
    const world = await openWorld();
    const { watch: subscribe } = await openApollo(world.url);
    const { seen, stop } = subscribe(feed);
    await seen.until(({ __typename: kind }) => kind === 'FeedLive');
    await world.clock.advance(12_000);
    await finish(world, await world.job());
    await seen.until(({ status }) => status === 'COMPLETED');
    expect(seen.items.map(({ version }) => version).slice(1)).toEqual([1, 2, 3, 4]);
    stop();
    await expect.poll(() => world.listening()).toBe(0);
  });

  it('is told why its subscription was refused', async () => {
    const world = await openWorld();
    const { watch: subscribe } = await openApollo(world.url);
    const codes: unknown[] = [];
    for (const [query, variables] of [
      ['subscription { nothing }', {}],
      ['subscription { jobEvents @skip(if: true) { __typename } }', {}],
      [watch, { id: 'none' }],
    ] as const) {
      const { error, ended } = subscribe(query, variables);
      await ended;
      const failed = error();
      expect(CombinedGraphQLErrors.is(failed)).toBe(true);
      if (CombinedGraphQLErrors.is(failed)) codes.push(failed.errors[0]?.extensions?.['code']);
    }
    expect(codes).toEqual(['GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'NOT_FOUND']);
  });

  it('is told that its token has expired', async () => {
    const world = await openWorld();
    const { watch: subscribe } = await openApollo(world.url, '2026-01-01T00:00:10Z');
    const { seen, ended, error } = subscribe(feed);
    await seen.until(({ __typename: kind }) => kind === 'FeedLive');
    await world.clock.advance(10_000);
    await ended;
    const failed = error();
    expect(CombinedProtocolErrors.is(failed)).toBe(true);
    if (CombinedProtocolErrors.is(failed)) expect(failed.errors[0]?.extensions?.['code']).toBe('UNAUTHENTICATED');
  });
});

describe('urql’s fetch exchange', () => {
  it.each([
    ['events, which it prefers', {}],
    ['multipart responses', { accept: 'multipart/mixed' }],
  ])('subscribes by itself with %s', async (_, headers: Record<string, string>) => {
    const world = await openWorld();
    const job = await world.job();
    const authorization = `Bearer ${await tokenOf({ sub: 'ada', env: 'test' }, '2027-01-01T00:00:00Z')}`;
    const client = new Client({
      url: `${world.url}/graphql`,
      exchanges: [fetchExchange],
      fetchSubscriptions: true,
      fetchOptions: { headers: { authorization, ...headers } },
    });
    const seen = createGathered();
    const { unsubscribe } = client.subscription<Loose>(watch, { id: idOf(job) }).subscribe(({ data, error }) => {
      seen.add(error ?? data.jobUpdated);
    });
    onTestFinished(unsubscribe);
    await seen.until(({ status }) => status === 'PENDING');
    await finish(world, job);
    await seen.until(({ status }) => status === 'COMPLETED');
    expect(seen.items.filter((item) => item instanceof Error)).toEqual([]);
  });
});
