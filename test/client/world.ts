import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { createReelgate, type KeyStorage, type Reelgate, type ReelgateOptions } from '../../client/src/index.ts';
import { makeFolder, startGateway, type TestGateway, testSecret, tokenOf } from '../world/gateway.ts';
import { openTestProvider, type TestProvider } from '../world/provider.ts';
import { type Gate, openGate, type Site } from './gate.ts';

/** A gateway with a provider that a test can script. */
export type World = {
  readonly gateway: TestGateway;
  readonly provider: TestProvider;
  /** A proxy in front of it, closed with the test. */
  gate(site?: Site): Promise<Gate>;
  close(): Promise<void>;
};

/** Starts one. Users pay with tokens that the tests sign. */
export async function openWorld(variables: Readonly<Record<string, string>> = {}): Promise<World> {
  const folder = await makeFolder();
  const provider = await openTestProvider();
  const gateway = await startGateway(folder.path, {
    SEGMIND_API_KEY: 'SG_0123456789abcdef',
    SEGMIND_BASE_URL: provider.url,
    AUTH_JWT_SECRET: testSecret,
    POLL_INTERVAL_MS: '100',
    SEGMIND_REQUESTS_PER_MINUTE: '100000',
    SIGNUP_CREDITS: '1000000',
    MEDIA_STORE: 'none',
    ...variables,
  });
  return {
    gateway,
    provider,
    async gate(site) {
      const gate = await openGate(gateway.url, site);
      onTestFinished(() => gate.close());
      return gate;
    },
    async close() {
      await gateway.stop();
      await provider.close();
      await folder.remove();
    },
  };
}

/** A token for LIVE jobs, which run on the test's provider. */
export function liveToken(user: string, expiresAt?: string | number): Promise<string> {
  return tokenOf(user, { env: 'live' }, expiresAt);
}

/** A kit for a user, closed with the test. */
export function openKit(at: { readonly url: string }, options: Partial<ReelgateOptions> & { user: string }): Reelgate {
  const kit = createReelgate({
    url: `${at.url}/graphql`,
    token: () => liveToken(options.user),
    webSocket: WebSocket,
    ...options,
  });
  onTestFinished(() => kit.close());
  return kit;
}

/** A tab's storage. */
export function createStorage(): KeyStorage & { readonly items: Map<string, string> } {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
  };
}

/** Keeps the provider's jobs from ending until the returned function is called. */
export function hold({ provider }: World): () => void {
  provider.script = {
    poll: (_job, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 'PROCESSING', output: '' }));
      return true;
    },
  };
  const release = () => {
    provider.script = {};
  };
  onTestFinished(release);
  return release;
}
