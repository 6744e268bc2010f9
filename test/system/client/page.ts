import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { projectRoot } from '../../../src/lib/package.ts';

/** The code blocks of docs/clients.md below a heading, in order. */
export function blocksBelow(heading: string): readonly string[] {
  const page = readFileSync(join(projectRoot(), 'docs/clients.md'), 'utf8');
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, text = '']) => text);
}

/** What a test puts in the place of the page's examples. */
export type Place = { readonly url: string; readonly token: string; readonly prompt: string };

/** A block with the address, the token and the prompt of a test. Throws if it has no address. */
export function placed(block: string, { url, token, prompt }: Place): string {
  if (!block.includes('127.0.0.1:4000')) throw new Error(`A block calls no gateway:\n${block}`);
  return block
    .replaceAll('127.0.0.1:4000', new URL(url).host)
    .replaceAll('YOUR-TOKEN', token)
    .replaceAll('Two people shaking hands', prompt);
}

/** What Node 20 lacks and every browser has. */
const browser = `import { WebSocket } from 'ws';
import { EventSource } from 'undici';
globalThis.WebSocket ??= WebSocket;
globalThis.EventSource ??= EventSource;
`;

/** Writes a TypeScript block into the folder and returns the arguments with which Node runs it. */
export function moduleOf(folder: string, text: string): readonly string[] {
  symlinkSync(join(projectRoot(), 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'browser.mjs'), browser);
  writeFileSync(join(folder, 'page.mjs'), transformSync(text, { loader: 'ts', format: 'esm' }).code);
  return ['--import', './browser.mjs', 'page.mjs'];
}

/** Runs a program to its end. `seen`: gets all that it has printed, each time that it prints. */
export async function runToEnd(
  program: string,
  args: readonly string[],
  { folder, seen }: { readonly folder: string; readonly seen?: (output: string) => void },
): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
    seen?.(output);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  await once(child, 'close');
  return { code: child.exitCode, output };
}
