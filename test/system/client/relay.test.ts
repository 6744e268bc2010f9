import {
  ConnectionHandler,
  commitMutation,
  createOperationDescriptor,
  fetchQuery,
  getFragment,
  getRequest,
  getSingularSelector,
} from 'relay-runtime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Loose, tokenOf } from '../../world/gateway.ts';
import { openRelay, type RelayClient } from './relay-client.ts';
import { compileRelay } from './relay-compiler.ts';
import { openWorld, type World } from './world.ts';

/** What only Relay needs of a schema: connections that paginate by themselves, refetching by id, one store of all objects. */
const texts = {
  list: `
    query operationsListQuery($count: Int!, $cursor: String, $filter: JobFilter) {
      ...operationsList_query @arguments(count: $count, cursor: $cursor, filter: $filter)
    }`,
  listFragment: `
    fragment operationsList_query on Query
    @argumentDefinitions(count: { type: "Int" }, cursor: { type: "String" }, filter: { type: "JobFilter" })
    @refetchable(queryName: "operationsListPaginationQuery") {
      jobs(first: $count, after: $cursor, filter: $filter) @connection(key: "operationsList_jobs", filters: ["filter"]) {
        edges { node { id status version } }
      }
    }`,
  events: `
    fragment operationsEvents_job on Job
    @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" })
    @refetchable(queryName: "operationsEventsPaginationQuery") {
      status
      events(first: $count, after: $cursor) @connection(key: "operationsEvents_events") {
        edges { node { version status } }
      }
    }`,
  ledger: `
    fragment operationsLedger_account on CreditAccount
    @argumentDefinitions(count: { type: "Int", defaultValue: 1 }, cursor: { type: "String" })
    @refetchable(queryName: "operationsLedgerPaginationQuery") {
      balance
      ledger(first: $count, after: $cursor) @connection(key: "operationsLedger_ledger") {
        edges { node { id kind credits job { id status } } }
      }
    }`,
  viewer: 'query operationsViewerQuery { viewer { userId account { id ...operationsLedger_account } } }',
  prepend: `
    mutation operationsPrependMutation($input: GenerateVideoInput!, $connections: [ID!]!) {
      generateVideo(input: $input) {
        ... on GenerateVideoSuccess { job @prependNode(connections: $connections, edgeTypeName: "JobEdge") { id status version } }
        ... on Failure { code }
      }
    }`,
} as const;

let world: World;

let token: string;

let relay: RelayClient;

beforeAll(async () => {
  world = await openWorld();
  token = await tokenOf('ada');
  relay = await openRelay(world.wire.url, () => ({ authorization: `Bearer ${token}` }), Object.values(texts));
}, 180_000);

afterAll(async () => {
  await relay.close();
  await world.close();
});

const generate = async (input: Record<string, unknown> = {}): Promise<string> =>
  (await relay.run('generate', { input })).generateVideo.job.id;

/** Fetches a query, keeps it in the store, and returns how to read one of its fragments from there. */
async function fetchInto(name: string, variables: Record<string, unknown>) {
  const { environment, artifacts } = relay;
  const query = artifacts(name);
  await fetchQuery(environment, query, variables).toPromise();
  const operation = createOperationDescriptor(getRequest(query), variables);
  environment.retain(operation);
  return {
    data: (): Loose => environment.lookup(operation.fragment).data,
    fragment(fragmentName: string, key: Loose): Loose {
      return environment.lookup(getSingularSelector(getFragment(artifacts(fragmentName)), key)).data;
    },
  };
}

const nodesOf = ({ edges }: Loose): Loose[] => edges.map(({ node }: Loose) => node);

describe('Relay’s compiler', () => {
  test('accepts every sample operation, and connections, pagination and refetching on the printed schema', () => {
    // The sample operations were compiled before the tests began; these are the queries that the compiler itself created.
    for (const [name, root] of [
      ['operationsListPaginationQuery', 'jobs'],
      ['operationsEventsPaginationQuery', 'node'],
      ['operationsLedgerPaginationQuery', 'node'],
    ] as const) {
      expect(getRequest(relay.artifacts(name)).params.text).toMatch(new RegExp(`\\b${root}\\(`));
    }
  });

  test('refuses what the schema does not have', async () => {
    await expect(compileRelay(['query operationsWrongQuery { viewer { email } }'])).rejects.toMatchObject({
      stderr: expect.stringContaining('email'),
    });
  });
});

describe('Relay’s store', () => {
  test('holds a job once, whichever operation it came from, and a subscription updates all its readers', async () => {
    const id = await generate({ externalId: 'once' });
    const list = await fetchInto('operationsListQuery', { count: 10, filter: { externalId: 'once' } });
    const read = () => nodesOf(list.fragment('operationsList_query', list.data()).jobs);
    expect(read()).toMatchObject([{ id }]);
    await relay.watch('watch', { id }, () => undefined).ended;
    expect(read()).toMatchObject([{ id, status: 'COMPLETED', version: 5 }]);
    expect(relay.environment.getStore().getSource().get(id)).toMatchObject({ __typename: 'Job', status: 'COMPLETED' });
  });

  test('paginates a connection of the root, appending each page', async () => {
    const filter = { externalId: 'paged' };
    const ids: string[] = [];
    for (let job = 1; job <= 5; job += 1) ids.unshift(await generate(filter));
    const list = await fetchInto('operationsListQuery', { count: 2, filter });
    const read = () => list.fragment('operationsList_query', list.data()).jobs;
    while (read().pageInfo.hasNextPage) {
      await fetchInto('operationsListPaginationQuery', { count: 2, cursor: read().pageInfo.endCursor, filter });
    }
    expect(nodesOf(read()).map(({ id }) => id)).toEqual(ids);
  });

  test('paginates the connections of objects by their ids: a job’s events, an account’s ledger', async () => {
    const id = await generate();
    await relay.watch('watch', { id }, () => undefined).ended;
    const job = await fetchInto('operationsEventsPaginationQuery', { id });
    const events = () => job.fragment('operationsEvents_job', job.data().node).events;
    while (events().pageInfo.hasNextPage) {
      await fetchInto('operationsEventsPaginationQuery', { id, cursor: events().pageInfo.endCursor });
    }
    expect(nodesOf(events()).map(({ version }) => version)).toEqual([1, 2, 3, 4, 5]);

    const viewer = await fetchInto('operationsViewerQuery', {});
    const { account } = viewer.data().viewer;
    const ledger = () => viewer.fragment('operationsLedger_account', account).ledger;
    while (ledger().pageInfo.hasNextPage) {
      await fetchInto('operationsLedgerPaginationQuery', { id: account.id, cursor: ledger().pageInfo.endCursor });
    }
    const sum = nodesOf(ledger()).reduce((total, { credits }) => total + Number(credits), 0);
    expect(sum).toBe(viewer.fragment('operationsLedger_account', account).balance);
  });

  test('refetches an object by its id', async () => {
    const release = world.hold();
    const id = await generate();
    const job = await fetchInto('operationsEventsPaginationQuery', { id });
    const status = () => job.fragment('operationsEvents_job', job.data().node).status;
    expect(status()).not.toBe('COMPLETED');
    release();
    // Completed through another client, so that this store has not heard of it.
    const stranger = await openRelay(world.wire.url, () => ({ authorization: `Bearer ${token}` }));
    await stranger.watch('watch', { id }, () => undefined).ended;
    await stranger.close();
    expect(status()).not.toBe('COMPLETED');
    await fetchInto('operationsEventsPaginationQuery', { id });
    expect(status()).toBe('COMPLETED');
  });

  test('inserts a new job at the head of an existing list', async () => {
    const filter = { externalId: 'head' };
    const old = await generate(filter);
    const list = await fetchInto('operationsListQuery', { count: 10, filter });
    const connections = [ConnectionHandler.getConnectionID('client:root', 'operationsList_jobs', { filter })];
    await new Promise<void>((resolve, reject) => {
      commitMutation(relay.environment, {
        mutation: relay.artifacts('operationsPrependMutation'),
        variables: { input: filter, connections },
        onCompleted: () => resolve(),
        onError: reject,
      });
    });
    const ids = nodesOf(list.fragment('operationsList_query', list.data()).jobs).map((node) => node.id);
    expect(ids).toEqual([expect.any(String), old]);
  });
});
