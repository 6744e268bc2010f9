import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GraphQLTaggedNode } from 'relay-runtime';
import { projectRoot } from '../../../src/lib/package.ts';

const require = createRequire(import.meta.url);

/** What the compiler made of operations and fragments, by their names. */
export type Artifacts = (name: string) => GraphQLTaggedNode;

/**
 * Compiles GraphQL texts with Relay's own compiler against the printed schema; rejects with its complaints. It demands names that begin
 * with that of the file they stand in, "operations", and end with the kind of operation.
 */
export async function compileRelay(texts: readonly string[]): Promise<Artifacts> {
  const folder = await mkdtemp(join(tmpdir(), 'reelgate-relay-'));
  try {
    for (const name of ['source', 'made']) await mkdir(join(folder, name));
    // It finds them where applications have them: in the tagged literals of a source file.
    await writeFile(join(folder, 'source/operations.js'), texts.map((text) => `graphql\`${text}\`;\n`).join(''));
    const config = {
      src: './source',
      schema: join(projectRoot(), 'schema/schema.graphql'),
      language: 'javascript',
      artifactDirectory: './made',
      eagerEsModules: false,
    };
    await writeFile(join(folder, 'relay.config.json'), JSON.stringify(config));
    // The package is the path of a program.
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

/** The names of operations and fragments, and of the queries that @refetchable asks for. */
function namesIn(texts: readonly string[]): readonly string[] {
  const names = texts.join().matchAll(/(?:query|mutation|subscription|fragment|queryName:) "?(operations\w+)/g);
  return [...names].map(([, name = '']) => name);
}
