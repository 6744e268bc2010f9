import type { Environment } from '../../domain/job.ts';
import { pathOf } from '../../lib/address.ts';
import { refusal } from '../graphql/errors.ts';
import { type Handle, sendBody, sendError } from '../http/response.ts';
import { type Asset, type PackedAsset, packAsset, sendAsset } from './asset.ts';
import { graphiqlPage, startScript } from './graphiql-page.ts';

/** GraphiQL, whole: its page, and what the page loads. Nothing comes from another host. */
export type GraphiQL = { readonly page: Handle; readonly assets: Handle };

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
    async page(_, reply) {
      sendBody(reply, 200, page, {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy,
        'cache-control': 'no-cache',
      });
    },
    async assets(request, reply) {
      const asset = await packed(pathOf(request.url).slice('/graphiql/'.length));
      if (asset === null) return sendError(reply, 404, refusal('NOT_FOUND', 'There is nothing here.'));
      // A worker is under the policy that its own script comes with.
      reply.headers['content-security-policy'] = policy;
      sendAsset(reply, asset, { headers: request.headers, cacheControl: 'no-cache' });
    },
  };
}

/** The assets by name, each packed once, when it is first asked for: nine megabytes that no program but a browser wants. */
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
