import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Environment } from '../domain/job.ts';
import { pathOf, sendBody, sendError } from './answer.ts';
import { refusal } from './errors.ts';
import { graphiqlPage, startScript } from './graphiql-page.ts';
import type { Handle } from './graphql.ts';

/** GraphiQL, whole: its page, and what the page loads. Nothing comes from another host. */
export type GraphiQL = { readonly page: Handle; readonly assets: Handle };

type Asset = { readonly type: string; readonly body: string };
type Packed = { readonly type: string; readonly etag: string; readonly plain: Buffer; readonly zipped: Buffer };

const compress = promisify(gzip);

/**
 * Scripts and workers from this server alone, none in the page itself. Its editor writes style elements, and carries fonts and images
 * with it as data.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** GraphiQL on sample operations. `environment`: the one that is on, null where the token says. */
export function createGraphiQL({ environment }: { readonly environment: Environment | null }): GraphiQL {
  const page = graphiqlPage(environment);
  const packed = createPacking();
  return {
    async page(_, response) {
      sendBody(response, 200, page, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy,
        'cache-control': 'no-cache',
      });
    },
    async assets(request, response) {
      const asset = await packed(pathOf(request.url).slice('/graphiql/'.length));
      if (asset === null) return sendError(response, 404, refusal('NOT_FOUND', 'There is nothing here.'));
      // A worker is under the policy that its own script comes with.
      response.setHeader('content-security-policy', policy);
      sendAsset(response, asset, request.headers);
    },
  };
}

/** The assets by name, each packed once, when it is first asked for: nine megabytes that no program but a browser wants. */
function createPacking(): (name: string) => Promise<Packed | null> {
  const packing = new Map<string, Promise<Packed>>();
  return async (name) => {
    const known = packing.get(name);
    if (known !== undefined) return known;
    const asset = new Map(Object.entries(await loadAssets())).get(name);
    if (asset === undefined) return null;
    const pending = pack(asset);
    packing.set(name, pending);
    return pending;
  };
}

async function loadAssets(): Promise<Readonly<Record<string, Asset>>> {
  const bundle = await import('@graphql-yoga/render-graphiql/graphiql');
  const script = (body: string): Asset => ({ type: 'text/javascript; charset=utf-8', body });
  return {
    'graphiql.js': script(bundle.js),
    'graphiql.css': { type: 'text/css; charset=utf-8', body: bundle.css },
    'editorWorkerService.js': script(bundle.editorWorkerService),
    'json.js': script(bundle.jsonWorker),
    'graphql.js': script(bundle.graphqlWorker),
    'start.js': script(startScript),
  };
}

async function pack({ type, body }: Asset): Promise<Packed> {
  const plain = Buffer.from(body);
  const etag = `"${createHash('sha256').update(plain).digest('base64url')}"`;
  return { type, etag, plain, zipped: await compress(plain) };
}

function sendAsset(
  response: ServerResponse,
  { type, etag, plain, zipped }: Packed,
  headers: IncomingHttpHeaders,
): void {
  const common = { etag, 'cache-control': 'no-cache', vary: 'Accept-Encoding' };
  if (headers['if-none-match'] === etag) {
    response.writeHead(304, common);
    response.end();
    return;
  }
  const zip = /\bgzip\b(?!;\s*q=0(\.0*)?\s*(,|$))/i.test(String(headers['accept-encoding'] ?? ''));
  const encoding = zip ? { 'content-encoding': 'gzip' } : {};
  sendBody(response, 200, zip ? zipped : plain, { ...common, 'content-type': type, ...encoding });
}
