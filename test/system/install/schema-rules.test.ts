import { type ExecFileOptions, execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';

/** Runs a program. */
function run(
  program: string,
  args: readonly string[],
  options: ExecFileOptions,
): Promise<{ readonly stdout: string; readonly isDone: boolean }> {
  return new Promise((resolve) => {
    execFile(program, args, { ...options, encoding: 'utf8' }, (error, stdout) => {
      resolve({ stdout, isDone: error === null });
    });
  });
}

const config = '.ci/schema-rules/eslint.config.js';

const installMs = 600_000;

beforeAll(async () => {
  const { isDone } = await run('node', ['.ci/packages.mjs', '.ci/schema-rules'], { cwd: projectRoot() });
  expect(isDone).toBe(true);
}, installMs);

/** The rules that a schema breaks, without their prefix. */
async function brokenBy(text: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'reelgate-schema-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'schema.graphql');
  writeFileSync(file, text);
  // Relative to the folder, because ESLint leaves out files that are not below its own.
  const eslint = join(projectRoot(), 'node_modules/eslint/bin/eslint.js');
  const args = [eslint, '--format', 'json', '--config', join(projectRoot(), config), file];
  const env = { ...process.env, REELGATE_SCHEMA: file };
  const { stdout } = await run('node', args, { cwd: folder, env });
  const results: readonly { readonly messages: readonly { readonly ruleId: string | null }[] }[] = JSON.parse(stdout);
  return [...new Set(results.flatMap(({ messages }) => messages.map(({ ruleId }) => String(ruleId).split('/').at(-1))))]
    .map(String)
    .toSorted();
}

describe('the rules of the schema', () => {
  const schema = readFileSync(join(projectRoot(), 'schema/schema.graphql'), 'utf8');

  it('hold for the printed schema', { timeout: installMs }, async () => {
    expect(await brokenBy(schema)).toEqual([]);
  });

  it('report what they name', { timeout: installMs }, async () => {
    const mistakes: readonly (readonly [rule: string, from: string | RegExp, to: string])[] = [
      ['require-description', '"""A job and its cursor."""', ''],
      ['relay-page-info', '  hasNextPage: Boolean!', '  hasNextPage: Boolean'],
      ['relay-connection-types', '  edges: [ApiKeyEdge!]!', '  edge: [ApiKeyEdge!]!'],
      ['relay-edge-types', /type JobEdge \{[^}]*\}/, 'type JobEdge {\n  """The job."""\n  node: Job!\n}'],
      ['relay-arguments', /events\([^)]*\): JobEventConnection!/, 'events("""x""" first: Int): JobEventConnection!'],
      ['require-deprecation-reason', '  version: Int!', '  version: Int! @deprecated'],
      ['no-typename-prefix', '  totalCount: Int!', '  jobConnectionCount: Int!'],
      ['naming-convention', '  userId: ID!', '  user_id: ID!'],
      ['strict-id-in-types', 'type Losses {', 'type Loss {\n"""x"""\nid: String!\n}\n\n"""y"""\ntype Losses {'],
      ['no-unreachable-types', 'type Losses {', 'scalar Nowhere\n\n"""z"""\ntype Losses {'],
    ];
    const wrong = mistakes.reduce((text, [, from, to]) => {
      const next = text.replace(from, to);
      expect(next).not.toBe(text);
      return next;
    }, schema);
    expect(await brokenBy(wrong)).toEqual(expect.arrayContaining(mistakes.map(([rule]) => rule)));
  });

  it('are all named in the configuration, those that are off with their reason', async () => {
    const list = `import plugin from '${join(projectRoot(), '.ci/schema-rules/node_modules/@graphql-eslint/eslint-plugin/esm/index.js')}';
      import config from '${join(projectRoot(), config)}';
      const rules = Object.entries(plugin.rules).filter(([, { meta }]) => [meta.docs.category].flat().includes('Schema'));
      const set = config[0].rules;
      console.log(JSON.stringify(rules.map(([name]) => name).filter((name) => !('@graphql-eslint/' + name in set))));`;
    const { stdout } = await run('node', ['--input-type=module', '--eval', list], { cwd: projectRoot() });
    expect(JSON.parse(stdout)).toEqual([]);
    const lines = readFileSync(join(projectRoot(), config), 'utf8').split('\n');
    const bare = lines.filter((line, at) => line.includes(": 'off'") && !/^\s*\/\/ /.test(lines[at - 1] ?? ''));
    expect(bare).toEqual([]);
  });
});
