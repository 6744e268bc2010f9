import { type Loose, makeFolder, startGateway, type TestGateway, testSecret } from '../../world/gateway.ts';
import { openTestProvider, respond } from '../../world/provider.ts';
import { openApolloClient } from './apollo-client.ts';
import type { OpenClient } from './client.ts';
import { openGraphqlSseClient } from './graphql-sse-client.ts';
import { openGraphqlWsClient } from './graphql-ws-client.ts';
import { openRelayClient } from './relay-client.ts';
import { openUrqlClient } from './urql-client.ts';
import { openWire, type Wire } from './wire.ts';

/** All supported client libraries. */
export const clients: Readonly<Record<string, OpenClient>> = {
  'graphql-ws': openGraphqlWsClient,
  'graphql-sse': openGraphqlSseClient,
  urql: openUrqlClient,
  'Apollo Client': openApolloClient,
  Relay: openRelayClient,
};

/** A gateway behind a wire, with tokens and a provider that a test can delay. */
export type World = {
  readonly wire: Wire;
  readonly gateway: () => TestGateway;
  /** Kills the gateway, as a power cut would, and cuts the wire. */
  kill(): Promise<void>;
  /** Stops the gateway, as its operator would; afterwards the wire refuses connections. */
  stop(): Promise<void>;
  /** Starts a gateway on the same database; the wire still refuses connections. */
  restart(): Promise<void>;
  /** Keeps every job of the provider from ending, until the returned function is called. */
  hold(): () => void;
  close(): Promise<void>;
};

/** Opens one. */
export async function openWorld(): Promise<World> {
  const folder = await makeFolder();
  const provider = await openTestProvider();
  const wire = await openWire();
  const start = () =>
    startGateway(folder.path, {
      SEGMIND_API_KEY: 'SG_0123456789abcdef',
      SEGMIND_BASE_URL: provider.url,
      AUTH_JWT_SECRET: testSecret,
      POLL_INTERVAL_MS: '100',
      SEGMIND_REQUESTS_PER_MINUTE: '100000',
      SIGNUP_CREDITS: '1000000',
    });
  let gateway = await start();
  wire.lead(gateway);
  return {
    wire,
    gateway: () => gateway,
    async kill() {
      wire.lead(null);
      wire.cut();
      await gateway.kill();
    },
    async stop() {
      wire.lead(null);
      await gateway.stop();
    },
    async restart() {
      gateway = await start();
    },
    hold() {
      provider.script = { poll: (_job, response) => respond(response, 200, { status: 'PROCESSING', output: '' }) };
      return () => {
        provider.script = {};
      };
    },
    async close() {
      await gateway.stop();
      await wire.close();
      await provider.close();
      await folder.remove();
    },
  };
}

/** Collects the results of a subscription, and waits for them. */
export type Gathered = {
  readonly items: readonly Loose[];
  readonly add: (item: Loose) => void;
  /** Fulfils as soon as a result matches. */
  until(isWanted: (item: Loose) => boolean): Promise<void>;
};

/** Creates an empty one. */
export function createGathered(): Gathered {
  const items: Loose[] = [];
  let added: () => void = () => undefined;
  return {
    items,
    add(item) {
      items.push(item);
      added();
    },
    async until(isWanted) {
      while (!items.some(isWanted)) {
        await new Promise<void>((resolve) => {
          added = resolve;
        });
      }
    },
  };
}
