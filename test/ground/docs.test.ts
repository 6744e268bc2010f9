import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { getOperationAST, getVariableValues, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { createSchema } from '../../schema/index.ts';
import { failureTable } from '../../src/domain/failure-code.ts';
import { scriptNames } from '../../src/domain/sandbox-prompt.ts';
import { projectRoot } from '../../src/lib/package.ts';
import { blocks, documentOf } from './block.ts';

const schema = createSchema();

const named = (language: string) =>
  blocks.filter((block) => block.language === language).map((block) => [`${block.file}:${block.line}`, block] as const);

it.each(named('graphql'))('%s: the operation is valid as written', (_, block) => {
  const document = documentOf(block);
  expect(validate(schema, document)).toEqual([]);
  // If a document has a single operation, GraphiQL and all clients run it without a name.
  expect(getOperationAST(document)).not.toBeNull();
});

it.each(named('json'))('%s: the variables are those of the operation above them', (_, block) => {
  const before = blocks.slice(0, blocks.indexOf(block)).findLast(({ language }) => language === 'graphql');
  const operation = before === undefined ? null : getOperationAST(documentOf(before));
  const result = getVariableValues(schema, operation?.variableDefinitions ?? [], JSON.parse(block.text));
  expect(result).toMatchObject({ coerced: expect.any(Object) });
});

it.each(named('ts'))('%s: the program is TypeScript', (_, { text }) => {
  expect(transformSync(text, { loader: 'ts', format: 'esm' }).warnings).toEqual([]);
});

it.each(named('tsx'))('%s: the component is TypeScript with JSX', (_, { text }) => {
  expect(transformSync(text, { loader: 'tsx', jsx: 'automatic', format: 'esm' }).warnings).toEqual([]);
});

it.each(named('html'))('%s: every tag is closed, and scripts are JavaScript', (_, { text }) => {
  for (const [, script = ''] of text.matchAll(/<script[^>]*>(.*?)<\/script>/gs)) {
    expect(transformSync(script, { loader: 'js', format: 'esm' }).warnings).toEqual([]);
  }
  const open: string[] = [];
  const tags = text.replaceAll(/(<script[^>]*>).*?(<\/script>)/gs, '$1$2').matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g);
  for (const [, closing, name = '', empty] of tags) {
    if (closing === '/') expect(open.pop()).toBe(name);
    else if (empty !== '/') open.push(name);
  }
  expect(open).toEqual([]);
});

it.each(named('sh'))('%s: the commands are valid shell', (_, { text }) => {
  execFileSync('bash', ['-n'], { input: text });
  const bodies = [...text.matchAll(/-d '([^']*)'/g)].map(([, body = '']): unknown => JSON.parse(body));
  for (const body of bodies) {
    expect(body).toEqual({ query: expect.any(String) });
    // The test above has just checked this.
    const { query } = body as { query: string };
    expect(validate(schema, parse(query))).toEqual([]);
  }
});

it.each(named('yaml'))('%s: the text is YAML', (_, { text }) => {
  expect(parseYaml(text, { strict: true, uniqueKeys: true })).toBeInstanceOf(Object);
});

it('every block names its language, one of the known ones', () => {
  expect(new Set(blocks.map(({ language }) => language))).toEqual(
    new Set(['graphql', 'html', 'java', 'json', 'mermaid', 'nginx', 'python', 'sh', 'text', 'ts', 'tsx', 'yaml']),
  );
});

it('docs/api.md lists every script of the sandbox and a way to every failure code', () => {
  const page = readFileSync(join(projectRoot(), 'docs/api.md'), 'utf8');
  const section = page.slice(page.indexOf('## The sandbox'));
  // Such as `@test/poll:502`, `:html`: the second name stands without what it shares with the first.
  const words = [...section.matchAll(/`(@test\/[a-z]+)?(:[a-z0-9-]+)?[^`]*`/g)].map(([, word = '', rest = '']) => [
    word,
    rest,
  ]);
  const listed = words.map(([word, rest], index) =>
    word === '' ? `${words.slice(0, index).findLast(([each]) => each !== '')?.[0]}${rest}` : `${word}${rest}`,
  );
  for (const name of scriptNames) {
    const isListed = listed.includes(`@test/${name}`) || words.some(([word]) => word === `@test/${name}`);
    expect(isListed, name).toBe(true);
  }
  for (const code of Object.keys(failureTable)) expect(section).toContain(`\`${code}\``);
});
