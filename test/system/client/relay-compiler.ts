import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GraphQLTaggedNode } from 'relay-runtime';
import { projectRoot } from '../../../src/lib/package.ts';

const require = createRequire(import.meta.url);

/** The compiler's output for operations and fragments, by name. */
export type Artifacts = (name: string) => GraphQLTaggedNode;

/**
 * Compiles GraphQL texts with Relay's own compiler against the printed schema; rejects with its complaints. Names must start with that of
 * their file, "operations", and end with the kind of operation.
 */
export async function compileRelay(texts: readonly string[]): Promise<Artifacts> {
  const folder = await mkdtemp(join(tmpdir(), 'reelgate-relay-'));
  try {
    for (const name of ['source', 'made']) await mkdir(join(folder, name));
    // The compiler finds them as in applications: in the tagged literals of a source file.
    await writeFile(join(folder, 'source/operations.js'), texts.map((text) => `graphql\`${text}\`;\n`).join(''));
    const config = {
      src: './source',
      schema: join(projectRoot(), 'schema/schema.graphql'),
      language: 'javascript',
      artifactDirectory: './made',
      eagerEsModules: false,
    };
    await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config));
    // The package exports the path of a program.
    const compiler: string = require('relay-compiler');
    execFileSync(compiler, ['--noWatchman', 'relay.config.json'], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    const made = new Map<string, GraphQLTaggedNode>();
    for (const name of namesIn(texts)) made.set(name, require(join(folder, 'made', `${name}.graphql.js`)));
    return (name) => {
      const artifact = made.get(name);
      if (artifact === undefined) throw new Error(`Relay's compiler made nothing of the name ${name}.`);
      return artifact;
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The names of operations and fragments, and of the queries that @refetchable creates. */
function namesIn(texts: readonly string[]): readonly string[] {
  const names = texts.join().matchAll(/(?:query|mutation|subscription|fragment|queryName:) "?(operations\w+)/g);
  return [...names].map(([, name = '']) => name);
}
