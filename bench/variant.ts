import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { projectRoot } from '../src/lib/package.ts';

/** A text of a source file, and what stands there instead. */
type Replacement = { readonly file: string; readonly text: string; readonly by: string };

/** A gateway without one of its mechanisms for speed. `what`: as the table names it. */
export type Variant = { readonly name: string; readonly what: string; readonly replacements: readonly Replacement[] };

const options = 'bench/process/server-reelgate.ts';

const anOption = '  requestsPerMinute: isLimited';

/** Every mechanism that exists for speed alone. Each can be left out, and clients are sent the same. */
export const variants: readonly Variant[] = [
  {
    name: 'responses',
    what: 'response cache',
    replacements: [
      {
        file: 'src/server/graphql/engine.ts',
        text: 'const responses = createResponseCache(gateway);',
        by: `const responses = { ...createResponseCache(gateway), find: async () => null, keep: () => undefined,
          recorder: () => ({ gateway, seen: { job: null, isSole: false } }) };`,
      },
    ],
  },
  {
    name: 'feeds',
    what: 'feed cache',
    replacements: [
      {
        file: 'src/server/websocket/feed-cache.ts',
        text: "if (field?.name.value !== 'jobEvents') return alone;",
        by: 'if (field !== null) return alone;',
      },
    ],
  },
  {
    name: 'programs',
    what: 'compiled documents',
    replacements: [
      { file: options, text: anOption, by: `  usesBeforeCompiled: Number.POSITIVE_INFINITY,\n${anOption}` },
    ],
  },
  {
    name: 'direct',
    what: 'direct path beside yoga',
    replacements: [{ file: options, text: anOption, by: `  http: 'yoga',\n${anOption}` }],
  },
  {
    name: 'hub',
    what: 'groups that share execution',
    replacements: [{ file: options, text: anOption, by: `  hub: 'none',\n${anOption}` }],
  },
  {
    name: 'reads',
    what: 'reads of a turn in one statement',
    replacements: [
      {
        file: 'src/adapter/store/sqlite/store.ts',
        text: 'findJobs: createGroupRead(jobs.findMany, afterTurn),',
        by: 'findJobs: async (ids) => jobs.findMany(ids),',
      },
    ],
  },
  {
    name: 'portions',
    what: 'floods read in portions',
    replacements: [
      { file: 'src/read/loader.ts', text: 'const portion = 64;', by: 'const portion = Number.POSITIVE_INFINITY;' },
      { file: 'src/read/loader.ts', text: 'const feedsPerTurn = 4;', by: 'const feedsPerTurn = 1_000_000;' },
    ],
  },
  {
    name: 'bypass',
    what: "statements without drizzle's layers",
    replacements: [
      {
        file: 'src/adapter/store/sqlite/engine/prepared.ts',
        text: 'const { sql, params } = select.toSQL();',
        by: 'if (true) return select.prepare(); const { sql, params } = select.toSQL();',
      },
      {
        file: 'src/adapter/store/sqlite/engine/prepared.ts',
        text: 'const { sql, params } = write.toSQL();',
        by: `if (true) { const plain = write.prepare(); return (values) => plain.run(values).changes; }
          const { sql, params } = write.toSQL();`,
      },
    ],
  },
];

/** Builds the variant: throws if a text is not where it should be. */
export function asVariant({ name, replacements }: Variant): Plugin {
  return {
    name,
    setup(build) {
      for (const file of new Set(replacements.map((replacement) => replacement.file))) {
        const path = join(projectRoot(), file);
        build.onLoad({ filter: new RegExp(`${escaped(path)}$`) }, async () => {
          let source = await readFile(path, 'utf8');
          for (const { text, by } of replacements.filter((replacement) => replacement.file === file)) {
            if (!source.includes(text))
              throw new Error(`${file} has no longer what the variant ${name} replaces: ${text}`);
            source = source.replace(text, () => by);
          }
          return { contents: source, loader: 'ts' };
        });
      }
    },
  };
}

function escaped(path: string): string {
  return path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
