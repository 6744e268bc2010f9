import { afterAll, beforeAll, describe } from 'vitest';
import type { TestDatabase } from '../../store/contract/world.ts';
import { describeWrongStates, filled } from '../../store/contract/wrong-state.ts';
import { describeWrongWebhooks, toldOfAll } from '../../store/contract/wrong-webhooks.ts';
import { describeStore } from '../../store/contract.ts';
import { hasPostgres, type PostgresServer, startPostgres } from '../world/postgres.ts';
import { openMigrated } from './postgres-world.ts';

describe.runIf(hasPostgres)('on a real server (needs the Debian package postgresql)', () => {
  let server: PostgresServer;
  let url: string;
  let kept: Promise<TestDatabase> | null = null;
  let told: Promise<TestDatabase> | null = null;

  beforeAll(async () => {
    server = await startPostgres();
    url = await server.newDatabase();
  });
  afterAll(async () => {
    await (await kept)?.store.close();
    await (await told)?.store.close();
    await server.stop();
  });

  describeStore('a store in PostgreSQL', (bounds) => openMigrated(url, false, bounds));

  const openFilled = () => {
    kept ??= server
      .newDatabase()
      .then((other) => openMigrated(other, true))
      .then(filled);
    return kept;
  };
  describeWrongStates('PostgreSQL', openFilled);
  describeWrongWebhooks('PostgreSQL', async () => {
    told ??= server
      .newDatabase()
      .then((other) => openMigrated(other, true))
      .then(toldOfAll);
    return told;
  });
});
