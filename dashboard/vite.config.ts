import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// The packages ask for graphql, of which a browser needs the parser and the printer alone.
const graphql = fileURLToPath(import.meta.resolve('@0no-co/graphql.web'));

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] },
  esbuild: { jsx: 'automatic' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // What the policy of the page forbids: everything stands in files of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
  },
  server: { proxy: { '/graphql': { target: 'http://127.0.0.1:4000', ws: true }, '/sandbox': 'http://127.0.0.1:4000' } },
});
