import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';
import { kit } from './dashboard/kit.ts';

// Vite would load graphql's index.mjs while yoga and Pothos load index.js. With two copies, instanceof fails between them.
const graphql = createRequire(import.meta.url).resolve('graphql/index.js');

// .ci/run sets TEST_REPORT to get a JSON report besides the one for people.
const report = process.env['TEST_REPORT'];

export default defineConfig({
  resolve: { alias: [...kit, { find: /^graphql$/, replacement: graphql }] },
  test: {
    // The folder decides which command runs a test: `npm test` has the tests a newcomer waits for, `npm run test:system` the rest.
    projects: [
      {
        extends: true,
        // Without isolation two processes load the gateway's modules once each, not once per file, which halves the time.
        test: { name: 'unit', include: ['test/**/*.test.{ts,tsx}'], exclude: ['test/system/**'], isolate: false },
      },
      { extends: true, test: { name: 'system', include: ['test/system/**/*.test.ts'] } },
    ],
    pool: 'forks',
    maxWorkers: 2,
    // Tests start real processes on shared machines: a timeout here detects a hang, never slowness.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
