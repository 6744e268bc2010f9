import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { makeFolder, startGateway, type TestGateway, testSecret, tokenOf } from '../../world/gateway.ts';
import { openWire, type Wire } from './wire.ts';

/** An example that runs in its own process. */
type Run = {
  readonly output: () => string;
  /** Fulfils once it has printed this text. */
  until(text: string): Promise<void>;
  readonly exited: Promise<number | null>;
};

let folder: Awaited<ReturnType<typeof makeFolder>>;

let gateway: TestGateway;

let wire: Wire;

let token: string;

beforeAll(async () => {
  folder = await makeFolder();
  gateway = await startGateway(folder.path, { AUTH_JWT_SECRET: testSecret });
  wire = await openWire();
  wire.lead(gateway);
  token = await tokenOf('ada');
}, 180_000);

afterAll(async () => {
  await wire.close();
  await gateway.stop();
  await folder.remove();
});

function run(example: string, prompt: string, variables: Record<string, string | undefined> = {}): Run {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', join('examples', `${example}.ts`), prompt], {
    cwd: projectRoot(),
    env: { PATH, HOME, URL: `${wire.url}/graphql`, TOKEN: token, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let printed: () => void = () => undefined;
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
    printed();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return {
    output: () => output,
    async until(text) {
      while (!output.includes(text)) {
        if (child.exitCode !== null) throw new Error(`It ended without printing ${text}:\n${output}`);
        await new Promise<void>((resolve) => {
          printed = resolve;
          child.once('exit', resolve);
        });
      }
    },
    exited: once(child, 'close').then(() => child.exitCode),
  };
}

test.each(['kit', 'urql', 'apollo'])(
  'examples/%s.ts prints every state of a video once despite a broken connection, resumes from a cursor, and prints why it was refused',
  async (example) => {
    const first = run(example, '@test/ok:3s', { CURSOR: 'of another gateway' });
    await first.until('PROCESSING');
    expect(wire.cut()).toBeGreaterThan(0);
    expect(await first.exited, first.output()).toBe(0);
    const [reset, ...lines] = first.output().trim().split('\n');
    expect(reset).toContain('read "jobs" again');
    const states = ['PENDING', 'PENDING', 'QUEUED', 'PROCESSING', 'COMPLETED'];
    expect(lines.slice(0, 5).map((line) => line.split(' ')[0])).toEqual(states);
    expect(lines.slice(5)).toEqual([
      expect.stringMatching(/^Video: http\S+\.mp4$/),
      expect.stringMatching(/^Cursor: \S+$/),
    ]);

    const refused = run(example, '@test/submit:403', { CURSOR: lines.at(-1)?.split(' ')[1] ?? '' });
    expect(await refused.exited).toBe(1);
    expect(refused.output()).toContain('Failed: PROVIDER_FORBIDDEN');
    expect(refused.output()).not.toContain('again');

    for (const [TOKEN, reason] of [
      ['none', 'The token is not valid here.'],
      [undefined, 'connection_init needs {"authorization": "Bearer …"}'],
    ] as const) {
      const stranger = run(example, '@test/ok', { TOKEN });
      expect(await stranger.exited).toBe(1);
      expect(stranger.output()).toBe(`Failed: ${reason}\n`);
    }
  },
  180_000,
);
