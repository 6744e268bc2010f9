import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createSandbox, type SandboxOptions } from '../../src/adapter/provider/sandbox/sandbox.ts';

/** A sandbox on a real port, with a clock that moves only when a test moves it. */
export type SandboxWorld = {
  readonly origin: string;
  readonly apiKey: string;
  /** Moves the clock. */
  pass(ms: number): void;
  /** POSTs parameters with the key. */
  submit(parameters: object): Promise<Response>;
  /** Submits a prompt that is accepted, and returns its poll URL. */
  take(prompt: string, aspectRatio?: string): Promise<string>;
  /** GETs a URL with the key. */
  get(url: string): Promise<Response>;
  /** GETs a URL with the key, as JSON. */
  poll(url: string): Promise<unknown>;
  /** Replaces the sandbox by a new one with the same secret and the same clock. */
  restart(): void;
  /** Closes every connection, then waits until each request is handled. */
  close(): Promise<void>;
};

export const publicUrl = 'https://videos.example';

export const workflowPath = '/sandbox/workflows/67c6b3b9f6cf2bb5a9b16b3e-v8';

/** How long the gateway waits for an accepted job. */
export const deadlineMs = 1_200_000;

const epoch = Date.UTC(2026, 10, 23, 12);

export async function openSandboxWorld(changed: Partial<SandboxOptions> = {}): Promise<SandboxWorld> {
  let now = epoch;
  const usual: SandboxOptions = {
    secret: Buffer.alloc(32, 7),
    publicUrl: () => publicUrl,
    now: () => now,
    deadlineMs: 1_200_000,
  };
  const start = () => createSandbox({ ...usual, ...changed });
  let sandbox = start();
  const handled: Promise<void>[] = [];
  const server = createServer((request, response) => {
    handled.push(sandbox.handle(request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server's address has this form.
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const headers = { authorization: `Bearer ${sandbox.apiKey}`, 'content-type': 'application/json' };
  const get = (url: string) => fetch(url, { headers });
  const submit = (parameters: object) =>
    fetch(origin + workflowPath, { method: 'POST', headers, body: JSON.stringify(parameters) });

  return {
    origin,
    apiKey: sandbox.apiKey,
    pass: (ms) => {
      now += ms;
    },
    submit,
    async take(prompt, aspectRatio = '16:9') {
      const response = await submit({ text_prompt: prompt, aspect_ratio: aspectRatio, seed: '1323456' });
      const body: unknown = await response.json();
      if (typeof body === 'object' && body !== null && 'poll_url' in body) return String(body.poll_url);
      throw new Error(`not accepted: ${response.status} ${JSON.stringify(body)}`);
    },
    get,
    poll: async (url) => (await get(url)).json(),
    restart: () => {
      sandbox = start();
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await Promise.all(handled);
    },
  };
}

/** The usual record of a completed job, for a video's name. */
export function completedWith(name: string): object {
  const data = `${publicUrl}/sandbox/videos/${name}.mp4`;
  return { status: 'COMPLETED', output: JSON.stringify([{ keyname: 'Video', value: { data, type: 'video' } }]) };
}

export const queued = { status: 'QUEUED', output: '' };

export const processing = { status: 'PROCESSING', output: '' };
