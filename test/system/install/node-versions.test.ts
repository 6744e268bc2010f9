import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { makeFolder, startGateway } from '../../world/gateway.ts';
import { hasPostgres, type PostgresServer, startPostgres } from '../world/postgres.ts';
import { doMainJob } from './main-job.ts';

const { resolve } = createRequire(import.meta.url);

/**
 * The path of a Node that test/system/package.json has as a package, or null if there is none for this machine. These come without headers,
 * so better-sqlite3 cannot be built for them; PostgreSQL shows the rest.
 */
function programOf(name: string): string | null {
  try {
    return resolve(`${name}/bin/node`);
  } catch {
    return null;
  }
}

const isExpected = process.env['CI'] === 'true' && process.platform === 'linux' && process.arch === 'x64';

describe.skipIf(!hasPostgres).each(['node-22', 'node-24'])(
  '%s (needs the Debian package postgresql, and Linux on x64)',
  (name) => {
    const program = programOf(name);
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.stop());

    test.skipIf(program === null && !isExpected)('starts and does the main job', async () => {
      const folder = await makeFolder();
      onTestFinished(() => folder.remove());
      const gateway = await startGateway(
        folder.path,
        { DATABASE_URL: await server.newDatabase() },
        { node: program ?? '' },
      );
      onTestFinished(() => gateway.kill());
      await doMainJob(gateway);
      expect(await gateway.stop()).toBe(0);
      expect(gateway.output()).not.toMatch(/warning|deprecat/i);
    });

    test.skipIf(program === null && !isExpected)(
      'explains what to do about a module built for another Node',
      async () => {
        const folder = await makeFolder();
        onTestFinished(() => folder.remove());
        const started = startGateway(folder.path, {}, { node: program ?? '' });
        await expect(started).rejects.toThrow(
          /was built for another Node or machine than this one \(Node 2[24]\.\S+ on linux x64\): run "npm rebuild better-sqlite3"\.\n$/,
        );
        await expect(started).rejects.not.toThrow(/^\s+at /m);
      },
    );
  },
);
