import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pathOf } from '../../lib/address.ts';
import { basePathOf } from '../../lib/base-path.ts';
import { refusal } from '../graphql/errors.ts';
import { type Handle, sendBody, sendError } from '../http/response.ts';
import { type PackedAsset, packAsset, sendAsset } from './asset.ts';
import { escapeHtml } from './escape.ts';
import { notFound } from './not-found.ts';

/** Handlers for the dashboard: its page at each of its addresses, and the page's files. */
export type Dashboard = { readonly page: Handle; readonly assets: Handle };

/** From where else the dashboard may show posters and videos, as sources of a Content-Security-Policy: `https://s3.example.com`. */
export type MediaOrigins = { readonly posters: readonly string[]; readonly videos: readonly string[] };

/** The folder of the dashboard's files (null: there are none), and the URL at which clients reach the gateway. */
export type DashboardOptions = {
  readonly folder: string | null;
  readonly publicUrl: string;
  readonly mediaOrigins: MediaOrigins;
};

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

function missingAt(base: string): string {
  return `Reelgate runs, but its dashboard is not built: run "npm run build" beside its sources, then load this page again.

The API, with GraphiQL in a browser, is at ${base}/graphql.
`;
}

/** Whether a path belongs to the dashboard. Each path has the same page, whose script reads the address. */
export function isDashboardPath(path: string): boolean {
  return /^\/(((jobs|webhooks)(\/[\w-]+)?|credits|keys|users|admin(\/jobs\/[\w-]+|\/users\/[^/]+)?)\/?)?$/.test(path);
}

/** Serves the dashboard that `npm run build` has built. Without a build, the page is a sentence that explains this. */
export function createDashboard({ folder, publicUrl, mediaOrigins }: DashboardOptions): Dashboard {
  const policy = policyOf(new URL(publicUrl).origin, mediaOrigins);
  const base = basePathOf(publicUrl);
  const packed = createFiles(folder);
  return {
    async page(request, reply) {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return sendError(
          reply,
          405,
          refusal('BAD_USER_INPUT', `The dashboard takes GET; the API is at ${base}/graphql.`),
          {
            allow: 'GET, HEAD',
          },
        );
      }
      const html = await readIfThere(folder, 'index.html');
      if (html === null) {
        return sendBody(reply, 200, missingAt(base), {
          'content-type': 'text/plain; charset=utf-8',
          'cache-control': 'no-store',
        });
      }
      reply.headers['content-security-policy'] = policy;
      const page = await packAsset({ type: 'text/html; charset=utf-8', body: placedAt(base, html) });
      sendAsset(reply, page, { headers: request.headers, cacheControl: 'no-cache' });
    },
    async assets(request, reply, requestId) {
      const asset = await packed(pathOf(request.url).slice('/assets/'.length));
      if (asset === null) return notFound(request, reply, requestId);
      // Its name holds a hash of its content.
      sendAsset(reply, asset, { headers: request.headers, cacheControl: 'public, max-age=31536000, immutable' });
    },
  };
}

/**
 * The page with the addresses of its files, and of the API in its sentence for browsers without JavaScript, below the path of PUBLIC_URL.
 * Its script finds that path in its own address.
 */
function placedAt(base: string, html: Buffer): string {
  return html
    .toString()
    .replaceAll(/(?:(?<=(?:src|href)=")\.?|(?<= at ))\/(?=assets\/|graphql\b)/g, `${escapeHtml(base)}/`);
}

/**
 * Allows scripts, styles, fonts and connections from this server only, none inline. Posters and videos come from the gateway's public
 * address, which may differ from the address of the page, and from `mediaOrigins`.
 */
function policyOf(publicOrigin: string, { posters, videos }: MediaOrigins): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    ["img-src 'self' data:", publicOrigin, ...posters].join(' '),
    "connect-src 'self'",
    ["media-src 'self'", publicOrigin, ...videos].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Reads each file once, when it is first requested. Names contain a hash, so a file's content never changes. */
function createFiles(folder: string | null): (name: string) => Promise<PackedAsset | null> {
  const known = new Map<string, PackedAsset>();
  return async (name) => {
    const kept = known.get(name);
    if (kept !== undefined) return kept;
    const type = types[extname(name)];
    if (type === undefined || !/^\w[\w.-]*$/.test(name)) return null;
    const body = await readIfThere(folder, join('assets', name));
    if (body === null) return null;
    const asset = await packAsset({ type, body });
    known.set(name, asset);
    return asset;
  };
}

async function readIfThere(folder: string | null, name: string): Promise<Buffer | null> {
  if (folder === null) return null;
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
