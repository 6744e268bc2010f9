import type { Environment } from '../../domain/job.ts';
import { pathOf } from '../../lib/address.ts';
import { type Handle, sendBody } from '../http/response.ts';
import { type Asset, type PackedAsset, packAsset, sendAsset } from './asset.ts';
import { graphiqlPage } from './graphiql-page.ts';
import { startScript } from './graphiql-start.ts';
import { notFound } from './not-found.ts';

/** Handlers for GraphiQL's page and its files. Nothing is loaded from another host. */
export type GraphiQL = { readonly page: Handle; readonly assets: Handle };

/**
 * Allows scripts and workers from this server only, and none inline. The editor creates style elements, and contains fonts and images as
 * data URLs.
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

/** `environment`: the one that is served; null: the token decides. `base`: the path of PUBLIC_URL, such as `/reelgate`, or ''. */
type GraphiQLOptions = { readonly environment: Environment | null; readonly base: string };

/** GraphiQL with sample operations. */
export function createGraphiQL({ environment, base }: GraphiQLOptions): GraphiQL {
  const page = graphiqlPage(environment, base);
  const packed = createPacking();
  return {
    async page(_, reply) {
      sendBody(reply, 200, page, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy,
        'cache-control': 'no-cache',
      });
    },
    async assets(request, reply, requestId) {
      const asset = await packed(pathOf(request.url).slice('/graphiql/'.length));
      if (asset === null) return notFound(request, reply, requestId);
      // A worker follows the policy that its own script was sent with.
      reply.headers['content-security-policy'] = policy;
      sendAsset(reply, asset, { headers: request.headers, cacheControl: 'no-cache' });
    },
  };
}

/** Compresses each asset once, when it is first requested: nine megabytes that only browsers need. */
function createPacking(): (name: string) => Promise<PackedAsset | null> {
  const packing = new Map<string, Promise<PackedAsset>>();
  return async (name) => {
    const known = packing.get(name);
    if (known !== undefined) return known;
    const asset = new Map(Object.entries(await loadAssets())).get(name);
    if (asset === undefined) return null;
    const pending = packAsset(asset);
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
