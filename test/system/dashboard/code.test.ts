import { spawn, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { languages } from '../../../dashboard/src/code/languages.ts';
import type { CodeRequest } from '../../../dashboard/src/code/request.ts';
import { projectRoot } from '../../../src/lib/package.ts';
import { makeFolder, request, startGateway, type TestGateway, testSecret, tokenOf } from '../../world/gateway.ts';
import { packKit } from '../client/pack-kit.ts';

/** What breaks code that is put together from text: quotes of all kinds, dollars, backslashes, lines, braces, and letters of the world. */
const prompt = `@test/ok:1s it's "quoted" \\ $HOME \`id\` \${x}
next line\t'''end''' """end""" {a: 1} % # 日本 שלום 🎬`;

type Run = { readonly code: number | null; readonly output: string };

/** Runs a program to its end, with a token in its environment. */
function run(program: string, args: readonly string[], token: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, REELGATE_TOKEN: token } });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, output }));
  });
}

function codeIn(id: string, given: CodeRequest): string {
  const language = languages.find((each) => each.id === id);
  if (language === undefined) throw new Error(`There is no ${id}.`);
  return language.codeOf(given);
}

/** In a browser there is a WebSocket; Node 20 has none. The sample ends with its subscription, so the process is ended here. */
const preamble = `import { WebSocket } from 'ws';
globalThis.WebSocket = WebSocket;
const say = console.log;
console.log = (status, ...rest) => {
  say(status, ...rest);
  if (status === 'COMPLETED') process.exit();
};
`;

function has(program: string): boolean {
  return spawnSync(program, ['--version']).status === 0;
}

describe('the code beside the form', () => {
  let gateway: TestGateway;
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let scripts: string;
  let token: string;
  beforeAll(async () => {
    folder = await makeFolder();
    // Within the project, so that Node finds its packages.
    scripts = await mkdtemp(join(projectRoot(), 'node_modules', '.reelgate-code-'));
    gateway = await startGateway(folder.path, { LOG_LEVEL: 'warn', AUTH_JWT_SECRET: testSecret });
    token = await tokenOf('ada');
  }, 180_000);
  afterAll(async () => {
    await gateway.stop();
    await rm(scripts, { recursive: true });
    await folder.remove();
  });

  const given = (reference: string): CodeRequest => ({
    url: `${gateway.url}/graphql`,
    input: { prompt, aspectRatio: 'SQUARE_1_1', seed: 7, externalId: reference },
    needsToken: true,
  });

  /** The only job with a reference. */
  async function madeJob(reference: string) {
    const query = `query ($filter: JobFilter) { jobs(filter: $filter) {
      nodes { status prompt aspectRatio seed videoUrl }
    } }`;
    const { data } = await request(gateway, query, { filter: { externalId: reference } }, token);
    return data.jobs.nodes;
  }

  test.runIf(has('curl'))('runs with curl, and makes exactly this video', async () => {
    const { code, output } = await run('sh', ['-c', codeIn('curl', given('by curl'))], token);
    expect(code, output).toBe(0);
    expect(output).toContain('"status":"COMPLETED"');
    const jobs = await madeJob('by curl');
    expect(jobs).toMatchObject([{ status: 'COMPLETED', prompt, aspectRatio: 'SQUARE_1_1', seed: 7 }]);
  });

  test.runIf(has('python3'))('runs with Python, and makes exactly this video', async () => {
    const { code, output } = await run('python3', ['-c', codeIn('python', given('by python'))], token);
    expect(code, output).toBe(0);
    const [job, ...others] = await madeJob('by python');
    expect(others).toEqual([]);
    expect(job).toMatchObject({ status: 'COMPLETED', prompt, aspectRatio: 'SQUARE_1_1', seed: 7 });
    expect(output).toContain(job.videoUrl);
  });

  test.each(['urql', 'apollo'])('runs with %s, and makes exactly this video', async (id) => {
    const file = join(scripts, `${id}.mjs`);
    await writeFile(file, preamble + codeIn(id, given(`by ${id}`)));
    const { code, output } = await run(process.execPath, [file], token);
    expect(code, output).toBe(0);
    const [job, ...others] = await madeJob(`by ${id}`);
    expect(others).toEqual([]);
    expect(job).toMatchObject({ status: 'COMPLETED', prompt, aspectRatio: 'SQUARE_1_1', seed: 7 });
    expect(output).toContain(`COMPLETED ${job.videoUrl}`);
  });

  test('runs with the packed kit, as TypeScript, and makes exactly this video', async () => {
    const kit = join(scripts, 'node_modules', '@reelgate', 'client');
    await mkdir(kit, { recursive: true });
    const { code: unpacked } = await run(
      'tar',
      ['-xzf', await packKit(folder.path), '-C', kit, '--strip-components=1'],
      '',
    );
    expect(unpacked).toBe(0);
    const file = join(scripts, 'kit.mts');
    await writeFile(file, codeIn('kit', given('by kit')));
    const { code, output } = await run(process.execPath, ['--import', 'tsx', file], token);
    expect(code, output).toBe(0);
    const [job, ...others] = await madeJob('by kit');
    expect(others).toEqual([]);
    expect(job).toMatchObject({ status: 'COMPLETED', prompt, aspectRatio: 'SQUARE_1_1', seed: 7 });
    expect(output).toContain(`COMPLETED ${job.videoUrl}`);
  }, 180_000);

  test('contains no token', () => {
    for (const { codeOf } of languages) expect(codeOf(given('any'))).toContain('REELGATE_TOKEN');
    for (const { codeOf } of languages)
      expect(codeOf({ ...given('any'), needsToken: false })).not.toMatch(/REELGATE_TOKEN|authorization/);
  });
});
