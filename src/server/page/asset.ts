import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type Reply, sendBody, sendHead } from '../http/response.ts';

/** A file for browsers. */
export type Asset = { readonly type: string; readonly body: string | Buffer };

/** The bytes of an asset, with and without compression. */
export type PackedAsset = {
  readonly type: string;
  readonly etag: string;
  readonly plain: Buffer;
  readonly zipped: Buffer;
};

const compress = promisify(gzip);

/** Compresses an asset and names its content. */
export async function packAsset({ type, body }: Asset): Promise<PackedAsset> {
  const plain = Buffer.from(body);
  const etag = `"${createHash('sha256').update(plain).digest('base64url')}"`;
  return { type, etag, plain, zipped: await compress(plain) };
}

/** The request for an asset, and how long browsers may cache the response. */
export type AssetResponse = { readonly headers: IncomingHttpHeaders; readonly cacheControl: string };

/** Sends an asset, or 304 where the browser has it already. */
export function sendAsset(
  reply: Reply,
  { type, etag, plain, zipped }: PackedAsset,
  { headers, cacheControl }: AssetResponse,
): void {
  const common = { etag, 'cache-control': cacheControl, vary: 'Accept-Encoding' };
  if (headers['if-none-match'] === etag) {
    sendHead(reply, 304, common);
    return;
  }
  const zip = /\bgzip\b(?!;\s*q=0(\.0*)?\s*(,|$))/i.test(String(headers['accept-encoding'] ?? ''));
  const encoding = zip ? { 'content-encoding': 'gzip' } : {};
  sendBody(reply, 200, zip ? zipped : plain, { ...common, 'content-type': type, ...encoding });
}
