import type { IncomingMessage } from 'node:http';
import { createSharedCache } from '../../lib/shared-cache.ts';
import type { ErrorCode } from '../graphql/errors.ts';
import { type Params, withoutMark } from '../graphql/params.ts';
import type { PersistedDocuments } from '../graphql/persisted-documents.ts';
import { type Find, isNothing, isObject, readOperation } from '../graphql/read-operation.ts';

/** Why a request is malformed: the HTTP status, and a sentence for the client. */
type Problem = {
  readonly status: 200 | 400 | 413 | 415;
  readonly message: string;
  /** BAD_USER_INPUT by default. */
  readonly code?: ErrorCode;
};

const maxBodyBytes = 100 * 1024;

/** The rest of a larger body is read and dropped up to here, so that its sender gets the response and not a reset. */
const maxDroppedBytes = 16 * 1024 * 1024;

/**
 * Reads the parameters of a GET or POST, with the document that they contain or name. Rejects when the client disconnects. `owner`: the
 * user whose request it is; null without a token, when nothing is remembered.
 */
export type ReadParams = (request: IncomingMessage, owner: string | null) => Promise<Params | Problem>;

const longestKept = 4000;

/** Besides its characters: the parameters of a body, and the response of usual length that belongs to them. */
const bytesBeside = 2000;

/** Ten thousand bodies and more: clients that poll a job each send one of their own. */
const remembered = { maxBytes: 32 * 1024 * 1024, maxBytesPerOwner: 2 * 1024 * 1024 };

/** Clients repeat the same bodies, so each is parsed once; its parameters are the same object while it is remembered. */
export function createReadParams(documents: PersistedDocuments): ReadParams {
  const known = createSharedCache<Params>(remembered);
  return (request, owner) =>
    readParams(request, {
      find: (selection) => documents.find(selection, owner),
      recall: known.get,
      remember(body, params) {
        if (owner !== null) known.set(body, params, { owner, bytes: 2 * body.length + bytesBeside });
      },
    });
}

/** How documents are found, and bodies remembered. */
type Memory = {
  readonly find: Find;
  readonly recall: (body: string) => Params | undefined;
  readonly remember: (body: string, params: Params) => void;
};

async function readParams(request: IncomingMessage, memory: Memory): Promise<Params | Problem> {
  const { find, recall, remember } = memory;
  if (request.method === 'GET') return readQuery(request.url ?? '', find);
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  // Forms on foreign pages cannot send this type; a script's browser sends a preflight first.
  if (!/^application\/json\s*(;|$)/i.test(type)) return problem('Content-Type must be application/json.', 415);
  if (encoding !== 'identity') return problem('The body must not be encoded.', 415);
  const body = await readBody(request);
  if (body === null) return problem(`The body must not be larger than ${maxBodyBytes / 1024} KiB.`, 413);
  const last = recall(body);
  if (last !== undefined) return last;
  const json = readJson(withoutMark(body));
  if (json === undefined) return problem('The body is not JSON.');
  const params = paramsOf(json, find);
  if ('query' in params && body.length <= longestKept && isComplete(json)) remember(body, params);
  return params;
}

function readQuery(url: string, find: Find): Params | Problem {
  const search = new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length));
  const json: Record<string, unknown> = {
    query: search.get('query'),
    documentId: search.get('documentId'),
    operationName: search.get('operationName') || null,
  };
  for (const name of ['variables', 'extensions']) {
    const value = readJson(search.get(name) || 'null');
    if (value === undefined) return problem(`"${name}" is not JSON.`);
    json[name] = value;
  }
  return paramsOf(json, find);
}

function paramsOf(json: unknown, find: Find): Params | Problem {
  if (Array.isArray(json)) return problem('Batches are not supported: send one operation per request.');
  if (!isObject(json)) return problem('The body must be a JSON object.');
  const params = readOperation(json, find);
  if ('query' in params) return params;
  return { ...params, status: params.code === 'BAD_USER_INPUT' ? 400 : 200 };
}

/** Whether a body contains its document. Persisted documents, named or about to be stored, must be looked up each time. */
function isComplete(json: unknown): boolean {
  return isObject(json) && typeof json['query'] === 'string' && json['query'] !== '' && isNothing(json['extensions']);
}

/** The whole body; null where it is larger than the cap. */
function readBody(request: IncomingMessage): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBodyBytes) chunks.push(chunk);
      if (bytes > maxDroppedBytes) resolve(null);
    });
    request.on('end', () => resolve(bytes > maxBodyBytes ? null : Buffer.concat(chunks).toString()));
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(new Error('The client disconnected.'));
    });
  });
}

/** Undefined where the text is not JSON. */
function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function problem(message: string, status: Problem['status'] = 400): Problem {
  return { status, message };
}
