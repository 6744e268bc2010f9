import {
  commitMutation,
  Environment,
  type FetchFunction,
  fetchQuery,
  Network,
  Observable,
  RecordSource,
  requestSubscription,
  Store,
  type SubscribeFunction,
} from 'relay-runtime';
import { createSocket } from '../../../examples/socket.ts';
import { operations } from '../../client/operations.ts';
import type { Loose } from '../../world/gateway.ts';
import { errorOf, type OpenClient, type TestClient } from './client.ts';
import { type Artifacts, compileRelay } from './relay-compiler.ts';

/** A client on Relay's runtime, and its environment for tests that look into the store. */
export type RelayClient = TestClient & { readonly environment: Environment; readonly artifacts: Artifacts };

/** Relay's runtime on artifacts of its compiler, its subscriptions over graphql-ws. `more`: other texts to compile. */
export async function openRelay(
  url: string,
  credentials: () => Record<string, string>,
  more: readonly string[] = [],
): Promise<RelayClient> {
  const artifacts = await compileRelay([...Object.values(operations), ...more]);
  const socket = createSocket(`${url}/graphql`, credentials);
  const send: FetchFunction = async ({ text: query }, variables) => {
    const headers = { 'content-type': 'application/json', ...credentials() };
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query, variables }),
    });
    const body: Loose = await response.json();
    return body;
  };
  const subscribe: SubscribeFunction = ({ text }, variables) =>
    Observable.create<Loose>((sink) => socket.subscribe({ query: text ?? '', variables }, sink));
  const environment = new Environment({
    network: Network.create(send, subscribe),
    store: new Store(new RecordSource()),
  });
  const artifactOf = (name: keyof typeof operations) => artifacts(/operations\w+/.exec(operations[name])?.[0] ?? '');
  return {
    environment,
    artifacts,
    run(name, variables) {
      if (name !== 'generate') return fetchQuery<Loose>(environment, artifactOf(name), variables).toPromise();
      return new Promise((resolve, reject) => {
        commitMutation<Loose>(environment, {
          mutation: artifactOf(name),
          variables,
          onCompleted: (data, errors) => (errors ? reject(errorOf(errors)) : resolve(data)),
          onError: reject,
        });
      });
    },
    watch(name, variables, next) {
      let stop: () => void = () => undefined;
      const ended = new Promise<void>((resolve, reject) => {
        const subscription = requestSubscription<Loose>(environment, {
          subscription: artifactOf(name),
          variables,
          onNext: next,
          onError: reject,
          onCompleted: resolve,
        });
        stop = () => subscription.dispose();
      });
      return { ended, stop };
    },
    close: async () => socket.dispose(),
  };
}

/** The same, as one among the others. */
export const openRelayClient: OpenClient = (url, credentials) => openRelay(url, credentials);
