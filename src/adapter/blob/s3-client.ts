import type { Readable } from 'node:stream';
import { AwsV4Signer } from 'aws4fetch';
import { Agent, request } from 'undici';
import { noProxies, type Proxies } from '../../lib/proxy.ts';
import { BlobError } from '../../ports/video.ts';
import { createConnector } from '../outbound/connector.ts';
import { responseErrorOf } from './s3-error.ts';

/** Where a bucket is, and the keys to it. */
export type S3Place = {
  /** The service's URL, such as `https://s3.eu-central-1.amazonaws.com`; the bucket is the first part of the path. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Without it, connections are direct. */
  readonly proxies?: Proxies;
};

type Method = 'GET' | 'PUT' | 'DELETE';

type Payload = { readonly headers?: Record<string, string>; readonly body?: Readable };

type Response = Awaited<ReturnType<typeof request>>;

/** Signed requests to one bucket. Rejections are BlobErrors, whose messages hold no key. */
export interface S3Client {
  /** Sends a request for a key. The body of a GET must be read or destroyed. Null if there is no such key. */
  send(method: Method, key: string, payload?: Payload): Promise<Response | null>;
  /** The text of a response about the bucket (key '') or a key. */
  readText(key: string, query: Record<string, string>): Promise<string>;
  /** A URL that is good for one key and so many seconds. */
  linkOf(key: string, seconds: number, query: Record<string, string>): Promise<string>;
  close(): Promise<void>;
}

const connectMs = 5000;

/** How long the service may be silent: before its response, or within a body. While a reader is slow it does not count. */
const silentMs = 30_000;

/** A page of 1,000 names is well below. */
const maxTextBytes = 4 * 1024 * 1024;

/** Opens connections to the service of a bucket. */
export function openS3Client({ endpoint, region, bucket, accessKeyId, secretAccessKey, ...place }: S3Place): S3Client {
  const { proxies = noProxies } = place;
  const agent = new Agent({
    connect: createConnector({ proxies, connectMs }),
    headersTimeout: silentMs,
    bodyTimeout: silentMs,
    // A request on a connection that the service is about to close fails, and a PUT cannot be sent twice.
    keepAliveTimeout: 1000,
  });
  const base = endpoint.replace(/\/+$/, '');
  const host = new URL(base).host;
  const keys = { accessKeyId, secretAccessKey, service: 's3', region };

  function urlOf(key: string, query: Record<string, string>): URL {
    const path = [bucket, ...(key === '' ? [] : key.split('/'))].map(encodeURIComponent).join('/');
    const url = new URL(`${base}/${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  }

  async function exchange(method: Method, url: URL, { headers = {}, body }: Payload): Promise<Response> {
    const signed = await new AwsV4Signer({ ...keys, method, url: url.href, headers }).sign();
    try {
      return await request(url, {
        method,
        headers: Object.fromEntries(signed.headers),
        body: body ?? null,
        dispatcher: agent,
      });
    } catch (error) {
      throw unreachable(error);
    }
  }

  function unreachable(error: unknown): BlobError {
    return new BlobError('unavailable', `The store of videos at ${host} did not respond.`, { cause: error });
  }

  async function bodyTextOf({ body }: Response): Promise<string> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    try {
      for await (const chunk of body) {
        chunks.push(chunk);
        bytes += chunk.byteLength;
        if (bytes > maxTextBytes) break;
      }
    } catch (error) {
      throw unreachable(error);
    }
    return Buffer.concat(chunks).toString();
  }

  return {
    async send(method, key, payload = {}) {
      const response = await exchange(method, urlOf(key, {}), payload);
      const { statusCode } = response;
      if (statusCode >= 200 && statusCode < 300) {
        // The body of a GET is the caller's.
        if (method !== 'GET') await bodyTextOf(response);
        return response;
      }
      const text = await bodyTextOf(response);
      if (statusCode === 404 && method !== 'PUT' && !text.includes('<Code>NoSuchBucket</Code>')) return null;
      throw responseErrorOf(statusCode, text, { host, bucket });
    },
    async readText(key, query) {
      const response = await exchange('GET', urlOf(key, query), {});
      const text = await bodyTextOf(response);
      if (response.statusCode !== 200) throw responseErrorOf(response.statusCode, text, { host, bucket });
      return text;
    },
    async linkOf(key, seconds, query) {
      const url = urlOf(key, { ...query, 'X-Amz-Expires': String(seconds) });
      const signed = await new AwsV4Signer({ ...keys, method: 'GET', url: url.href, signQuery: true }).sign();
      return signed.url.href;
    },
    close: () => agent.destroy(),
  };
}
