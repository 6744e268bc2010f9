import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

// Vite would take graphql's index.mjs while yoga and Pothos load index.js: two copies, and instanceof fails between them.
const graphql = createRequire(import.meta.url).resolve('graphql/index.js');

// .ci/run asks for a machine-readable account of the run beside the one for people.
const report = process.env['TEST_REPORT'];

export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] },
  test: {
    // A test belongs to one of two commands by its folder: `npm test` is what a newcomer waits for, `npm run test:system` has the rest.
    projects: [
      {
        extends: true,
        // Not isolated: two processes load the gateway's modules once each and not once per file, which halves the time.
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/system/**'], isolate: false },
      },
      { extends: true, test: { name: 'system', include: ['test/system/**/*.test.ts'] } },
    ],
    pool: 'forks',
    maxWorkers: 2,
    // Real processes on shared machines: a limit says that something hangs, never how fast it is.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    reporters: report ? ['default', ['json', { outputFile: report }]] : ['default'],
    dangerouslyIgnoreUnhandledErrors: false,
  },
});
