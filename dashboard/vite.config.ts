import { defineConfig } from 'vite';
import { kit } from './kit.ts';

export default defineConfig({
  root: import.meta.dirname,
  // The server writes the path of PUBLIC_URL in front of the addresses in the page; scripts find each other relative to themselves.
  base: './',
  resolve: { alias: kit },
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
