import { afterAll, afterEach, beforeAll } from 'vitest';
import { makeFolder, startGateway, type TestGateway, testSecret, tokenOf } from '../world/gateway.ts';
import { openTestProvider, type TestProvider } from '../world/provider.ts';
import { openConnection, openRawSocket, type RawSocket } from './raw-socket.ts';

/** What the tests of one file share. */
export type World = {
  readonly gateway: () => TestGateway;
  /** A token of the user "ada". */
  readonly token: () => string;
  /** Opens a socket without sending anything; it is closed after the test. */
  open(protocols?: readonly string[]): Promise<RawSocket>;
  /** Opens a socket and has its connection acknowledged, for "ada" by default; it is closed after the test. */
  connect(token?: string): Promise<RawSocket>;
};

/** A gateway with tokens for the tests of this file; `variables` are its settings. */
export function useGateway(variables: () => Record<string, string> = () => ({})): World {
  const opened: RawSocket[] = [];
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let gateway: TestGateway;
  let token: string;
  beforeAll(async () => {
    folder = await makeFolder();
    gateway = await startGateway(folder.path, { AUTH_JWT_SECRET: testSecret, ...variables() });
    token = await tokenOf('ada');
  }, 180_000);
  afterEach(() => {
    for (const raw of opened.splice(0)) raw.close();
  });
  afterAll(async () => {
    await gateway.stop();
    await folder.remove();
  });
  const kept = async (opening: Promise<RawSocket>) => {
    const raw = await opening;
    opened.push(raw);
    return raw;
  };
  return {
    gateway: () => gateway,
    token: () => token,
    open: (protocols) => kept(openRawSocket(gateway, protocols)),
    connect: (other) => kept(openConnection(gateway, other ?? token)),
  };
}

/** The same with a provider whose responses a test can hold back. */
export function useGatewayWithProvider(): World & { readonly holdSubmissions: () => Held } {
  let provider: TestProvider;
  beforeAll(async () => {
    provider = await openTestProvider();
  });
  const world = useGateway(() => ({
    SEGMIND_API_KEY: 'SG_0123456789abcdef',
    SEGMIND_BASE_URL: provider.url,
    SEGMIND_REQUESTS_PER_MINUTE: '100000',
    POLL_INTERVAL_MS: '100',
    SIGNUP_CREDITS: '1000000',
  }));
  afterEach(() => {
    provider.script = {};
  });
  afterAll(() => provider.close());
  return { ...world, holdSubmissions: () => hold(provider) };
}

/** Submissions that the provider has not responded to. */
type Held = { readonly arrived: Promise<void>; readonly release: () => void };

/** Delays the response to every POST until released; a mutation that waits for it stays in progress. */
function hold(provider: TestProvider): Held {
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    provider.script = {
      async submit() {
        resolve();
        await released;
        return false;
      },
    };
  });
  return { arrived, release };
}
