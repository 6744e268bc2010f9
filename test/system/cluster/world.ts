import { onTestFinished } from 'vitest';
import { makeFolder, startGateway, type TestGateway } from '../../world/gateway.ts';
import { openTestProvider, type TestProvider } from '../../world/provider.ts';
import { settingsFor } from '../crash/world.ts';
import { hasPostgres, type PostgresServer, startPostgres } from '../world/postgres.ts';
import { hasRedis, openTestRedis, type TestRedis } from '../world/redis.ts';

/** Whether tests that need both servers run here; with CI set they always do. */
export const hasServers = hasPostgres && hasRedis;

/** The servers of a cluster, each a real one of the test's own. */
export type Ground = {
  readonly postgres: PostgresServer;
  readonly redis: TestRedis;
  readonly provider: TestProvider;
  /** An empty folder. */
  readonly folder: string;
  /** An empty database. */
  readonly databaseUrl: string;
  /** The settings of every node, including REDIS_URL. */
  readonly settings: Readonly<Record<string, string>>;
  /** Starts a node; kills it when the test ends. */
  startNode(variables?: Readonly<Record<string, string>>): Promise<TestGateway>;
};

/** Starts the servers of a test, and stops them with it. */
export async function openGround(): Promise<Ground> {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const provider = await openTestProvider();
  onTestFinished(provider.close);
  const redis = await openTestRedis();
  onTestFinished(redis.close);
  const postgres = await startPostgres();
  onTestFinished(postgres.stop);
  const databaseUrl = await postgres.newDatabase();
  const settings = { ...settingsFor(provider), DATABASE_URL: databaseUrl, REDIS_URL: redis.url, MEDIA_SHARED: 'true' };
  return {
    postgres,
    redis,
    provider,
    folder: folder.path,
    databaseUrl,
    settings,
    async startNode(variables = settings) {
      const node = await startGateway(folder.path, variables);
      onTestFinished(node.kill);
      return node;
    },
  };
}
