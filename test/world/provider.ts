import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One POST that the provider received: when, and whether it made a job. */
type Submission = {
  readonly prompt: string;
  readonly seed: unknown;
  readonly headers: IncomingMessage['headers'];
  readonly requestId: string | null;
};

/** How a test's provider handles a POST or a poll. */
export type ProviderScript = {
  /** Handles a POST itself and returns true; otherwise the job is accepted. `accept` makes a job and returns its id. */
  submit?(submission: Submission, response: ServerResponse, accept: () => string): boolean | Promise<boolean>;
  /** Handles the n-th poll (from 1) of a job itself and returns true; otherwise polls 1 and 2 are PROCESSING and the third COMPLETED. */
  poll?(job: { requestId: string; prompt: string; polls: number }, response: ServerResponse): boolean;
};

/** A provider for tests over real HTTP, as upstream-contract.md describes it. */
export type TestProvider = {
  readonly url: string;
  readonly submissions: readonly Submission[];
  /** The jobs that were made, which the operator would pay for. */
  readonly accepted: ReadonlyMap<string, { requestId: string; prompt: string; polls: number }>;
  script: ProviderScript;
  close(): Promise<void>;
};

/** Responds with JSON. */
export function respond(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): true {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
  return true;
}

/** Opens a provider on a free port of this machine. */
export async function openTestProvider(script: ProviderScript = {}): Promise<TestProvider> {
  const submissions: Submission[] = [];
  const accepted = new Map<string, { requestId: string; prompt: string; polls: number }>();
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.method === 'POST') await submit(request, response, Buffer.concat(chunks).toString());
    else poll(request, response);
  }

  async function submit(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const { text_prompt: prompt, seed } = JSON.parse(body) as { text_prompt: string; seed: unknown };
    let requestId: string | null = null;
    const accept = () => {
      requestId ??= randomBytes(16).toString('hex');
      accepted.set(requestId, { requestId, prompt, polls: 0 });
      return requestId;
    };
    const submission: Submission = {
      prompt,
      seed,
      headers: request.headers,
      get requestId() {
        return requestId;
      },
    };
    submissions.push(submission);
    if (await provider.script.submit?.(submission, response, accept)) return;
    const id = accept();
    respond(response, 200, {
      message: 'queued',
      request_id: id,
      status: 'QUEUED',
      poll_url: `${provider.url}/workflows/request/${id}`,
    });
  }

  function poll(request: IncomingMessage, response: ServerResponse): void {
    const id = request.url?.split('/').at(-1) ?? '';
    const job = accepted.get(id);
    if (job === undefined) return void respond(response, 404, { error: `Request ${id} not found` });
    job.polls += 1;
    if (provider.script.poll?.(job, response)) return;
    if (job.polls < 3) respond(response, 200, { status: 'PROCESSING', output: '' });
    else respond(response, 200, { status: 'COMPLETED', output: outputOf(id) });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const provider: TestProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    submissions,
    accepted,
    script,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return provider;
}

/** The `output` of a finished job: a JSON string of a list of named outputs. */
function outputOf(id: string): string {
  return JSON.stringify([
    { keyname: 'Video', value: { data: `https://images.segmind.com/${id}/x.mp4`, type: 'video' } },
  ]);
}
