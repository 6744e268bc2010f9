import type { IncomingMessage, ServerResponse } from 'node:http';
import { carriesKey, derivedKey } from './key.ts';
import { authErrorResponse, errorResponse, type HttpResponse, htmlResponse, jsonResponse } from './response.ts';
import { readSubmission } from './submission.ts';
import { loadVideoFiles, videoNameOf } from './video-files.ts';
import { createWorkflow } from './workflow.ts';

/** What the sandbox receives. */
export type SandboxOptions = {
  /** 32 secret bytes kept in the database, the same on every node and after every restart. */
  readonly secret: Uint8Array;
  /** Returns the URL at which browsers reach the gateway, without a trailing slash. It is called at each use; videos are below it. */
  readonly publicUrl: () => string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How long the gateway waits for a job that was accepted: `@test/late` takes longer. */
  readonly deadlineMs: number;
};

/**
 * The built-in provider: Segmind's workflow API over real HTTP, with short jobs, five videos of its own, and prompts that make it fail on
 * purpose (script.ts). It stores nothing: a request's id is its record, valid on every node that has the same secret.
 */
export interface Sandbox {
  /** The key that its one client sends: `SG_` and 16 hex digits, derived from the secret. */
  readonly apiKey: string;
  /** Handles a request whose path starts with /sandbox/, and fulfils once the response is handed to the socket. Never rejects. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

const videoFolder = '/sandbox/videos/';

const requestFolder = '/sandbox/workflows/request/';

const workflowFolder = '/sandbox/workflows/';

const workflowId = /^[0-9a-f]{24}-v\d+$/i;

const creditsPath = '/sandbox/v1/get-user-credits';

/** Creates a sandbox and reads its videos into memory; throws if one of the files is missing. */
export function createSandbox({ secret, publicUrl, now, deadlineMs }: SandboxOptions): Sandbox {
  const apiKey = `SG_${derivedKey(secret, 'api key').toString('hex').slice(0, 16)}`;
  const videos = loadVideoFiles();
  const workflow = createWorkflow({
    idKey: derivedKey(secret, 'request ids'),
    now,
    deadlineMs,
    pollUrlOf: (requestId, origin) => `${origin}${requestFolder}${requestId}`,
    videoUrlOf: (ratio) => `${publicUrl()}${videoFolder}${videoNameOf(ratio)}`,
  });

  /** The response to a request; null means that the connection is cut. */
  async function responseOf(request: IncomingMessage): Promise<HttpResponse | null> {
    const [path = ''] = (request.url ?? '').split('?', 1);
    if (path.startsWith(videoFolder)) return videos.respond(path.slice(videoFolder.length), request);
    if (!carriesKey(request, apiKey)) return authErrorResponse(401, 'Unauthorized', 'Missing or invalid API key');

    if (path === creditsPath) {
      return wrongMethod(request, 'GET') ?? jsonResponse(200, { credits: 1000, 'free-credits': 0 });
    }
    if (path.startsWith(requestFolder)) {
      return wrongMethod(request, 'GET') ?? workflow.poll(path.slice(requestFolder.length));
    }
    if (path.startsWith(workflowFolder)) {
      return wrongMethod(request, 'POST') ?? (await submit(request, path.slice(workflowFolder.length)));
    }
    return errorResponse(404, 'Not found');
  }

  async function submit(request: IncomingMessage, id: string): Promise<HttpResponse | null> {
    if (!workflowId.test(id)) return errorResponse(404, 'Workflow not found');
    const submission = await readSubmission(request);
    return 'refusal' in submission ? submission.refusal : workflow.submit(submission, originOf(request));
  }

  return {
    apiKey,
    async handle(request, response) {
      try {
        const result = await responseOf(request);
        if (result === null) request.socket.resetAndDestroy();
        else send(result, request, response);
      } catch {
        // Usually the client closed the connection within its body, and no response can be sent.
        if (!response.destroyed) send(errorResponse(500, 'Internal server error'), request, response);
      }
    },
  };
}

function send(result: HttpResponse, request: IncomingMessage, response: ServerResponse): void {
  const bodiless = result.status === 204 || result.status === 304;
  response.writeHead(result.status, {
    ...result.headers,
    ...(bodiless ? {} : { 'content-length': Buffer.byteLength(result.body) }),
    'x-content-type-options': 'nosniff',
  });
  response.end(request.method === 'HEAD' ? '' : result.body);
}

function wrongMethod(request: IncomingMessage, allowed: string): HttpResponse | null {
  return request.method === allowed ? null : htmlResponse(405, '405 Method Not Allowed', { allow: allowed });
}

/** The origin that the client called. The poller uses the bound port, which may differ from the public URL. */
function originOf({ headers, socket }: IncomingMessage): string {
  const { localAddress = '127.0.0.1', localPort = 80 } = socket;
  const bound = `${localAddress.includes(':') ? `[${localAddress}]` : localAddress}:${localPort}`;
  return `http://${headers.host ?? bound}`;
}
