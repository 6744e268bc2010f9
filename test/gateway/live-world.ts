import { makeFolder, startGateway, testSecret, tokenOf } from '../world/gateway.ts';
import { openTestProvider } from '../world/provider.ts';

/** The provider key that the tests use. */
export const apiKey = 'SG_0123456789abcdef';

/**
 * A gateway with tokens and a provider of its own. `start` restarts it on the same database. Everything it opens is pushed onto `closers`.
 */
export async function openLive(closers: (() => Promise<unknown>)[], settings: Record<string, string> = {}) {
  const folder = await makeFolder();
  closers.push(folder.remove);
  const provider = await openTestProvider();
  closers.push(provider.close);
  const start = async () => {
    const gateway = await startGateway(folder.path, {
      SEGMIND_API_KEY: apiKey,
      SEGMIND_BASE_URL: provider.url,
      AUTH_JWT_SECRET: testSecret,
      POLL_INTERVAL_MS: '100',
      SIGNUP_CREDITS: '1000',
      ...settings,
    });
    closers.push(gateway.stop);
    return gateway;
  };
  return { provider, folder, start, gateway: await start(), ada: await tokenOf('ada'), bob: await tokenOf('bob') };
}
