import type { IncomingMessage } from 'node:http';
import { createLruCache, type LruCache } from '../../lib/lru-cache.ts';
import type { ErrorCode } from '../graphql/errors.ts';
import { type Params, withoutMark } from '../graphql/params.ts';
import type { PersistedDocuments } from '../graphql/persisted-documents.ts';

/** A request that does not ask well: the HTTP status, and a sentence for the client. */
type Problem = {
  readonly status: 200 | 400 | 413 | 415;
  readonly message: string;
  /** BAD_USER_INPUT where it is not told. */
  readonly code?: ErrorCode;
};

const maxBodyBytes = 100 * 1024;

/** A body beyond the cap is read on and dropped, so that its sender gets the answer rather than a reset; up to here. */
const maxDroppedBytes = 16 * 1024 * 1024;

/** Reads the parameters of a GET or POST, with the document that they send or name. Rejects where the client went away. */
export type ReadParams = (request: IncomingMessage) => Promise<Params | Problem>;

/** Bodies that are remembered, and up to how many characters: about 16 MB at worst. */
const keptBodies = 2000;

const longestKept = 4000;

/** Clients send the same again and again: what a body says is read once, and is the same object for as long as it is remembered. */
export function createReadParams(documents: PersistedDocuments): ReadParams {
  const known = createLruCache<Params>(keptBodies);
  return (request) => readParams(request, documents, known);
}

async function readParams(
  request: IncomingMessage,
  documents: PersistedDocuments,
  known: LruCache<Params>,
): Promise<Params | Problem> {
  if (request.method === 'GET') return readQuery(request.url ?? '', documents);
  const { 'content-type': type = '', 'content-encoding': encoding = 'identity' } = request.headers;
  // Of the types that a form on a foreign page can send, this is none: its browser asks us first.
  if (!/^application\/json\s*(;|$)/i.test(type)) return problem('Content-Type must be application/json.', 415);
  if (encoding !== 'identity') return problem('The body must not be encoded.', 415);
  const body = await readBody(request);
  if (body === null) return problem(`The body must not be larger than ${maxBodyBytes / 1024} KiB.`, 413);
  const last = known.get(body);
  if (last !== undefined) return last;
  const json = readJson(withoutMark(body));
  if (json === undefined) return problem('The body is not JSON.');
  const params = paramsOf(json, documents);
  if ('query' in params && body.length <= longestKept && saysAll(json)) known.set(body, params);
  return params;
}

function readQuery(url: string, documents: PersistedDocuments): Params | Problem {
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
  return paramsOf(json, documents);
}

function paramsOf(json: unknown, documents: PersistedDocuments): Params | Problem {
  if (Array.isArray(json)) return problem('Batches are not supported: send one operation per request.');
  if (!isObject(json)) return problem('The body must be a JSON object.');
  const { query, documentId, operationName, variables, extensions } = json;
  if (!isNothing(query) && typeof query !== 'string') return problem('"query" must be a string.');
  if (!isNothing(operationName) && typeof operationName !== 'string')
    return problem('"operationName" must be a string.');
  if (!isNothing(variables) && !isObject(variables)) return problem('"variables" must be an object.');
  if (!isNothing(extensions) && !isObject(extensions)) return problem('"extensions" must be an object.');
  const found = documents.find({ query, documentId, extensions });
  if ('message' in found) return { ...found, status: found.code === 'BAD_USER_INPUT' ? 400 : 200 };
  return {
    query: found.query,
    // Clients without a name for it send an empty one.
    ...(isNothing(operationName) || operationName === '' ? {} : { operationName }),
    ...(isNothing(variables) ? {} : { variables }),
    ...(isNothing(extensions) ? {} : { extensions }),
  };
}

/** Whether a body says for itself which document is meant: one that is named, or sent to be kept under a name, has to be looked for each time. */
function saysAll(json: unknown): boolean {
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
      if (!request.complete) reject(new Error('The client went away.'));
    });
  });
}

/** Undefined where the text is no JSON. */
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

function isNothing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
