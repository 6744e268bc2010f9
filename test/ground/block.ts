import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DocumentNode, parse } from 'graphql';
import { projectRoot } from '../../src/lib/package.ts';

/** A fenced code block of a page. */
export type Block = { readonly file: string; readonly line: number; readonly language: string; readonly text: string };

const pages = [
  'README.md',
  ...readdirSync(join(projectRoot(), 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
  'examples/README.md',
];

/** The fenced code blocks of a page, in order. */
function blocksOf(file: string): readonly Block[] {
  const page = readFileSync(join(projectRoot(), file), 'utf8');
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(({ index, 1: language = '', 2: text = '' }) => ({
    file,
    line: page.slice(0, index).split('\n').length,
    language,
    text,
  }));
}

/** The document of a block; fields of a failure are wrapped in the selection that every mutation has. */
export function documentOf({ text }: Block): DocumentNode {
  return parse(text.startsWith('...') ? `mutation { generateVideo(input: {}) { __typename ${text} } }` : text);
}

/** All blocks of the README, of docs/ and of examples/, in order. */
export const blocks: readonly Block[] = pages.flatMap(blocksOf);
