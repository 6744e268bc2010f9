import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse, request as sendRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

const hex = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const escaped = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * What s3rver leaves out: a server before it that checks AWS Signature Version 4 in headers and links, the expiry of links and the hash
 * of each body, written by the specification alone. It forwards what it accepts.
 */
export async function openSignatureGate(to: () => string, secrets: Readonly<Record<string, string>>) {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const code = refusalOf(request, body, secrets);
      if (code === null) {
        forward(request, body, to(), response);
        return;
      }
      const text = `<?xml version="1.0"?><Error><Code>${code}</Code><AWSAccessKeyId>AKID</AWSAccessKeyId></Error>`;
      response.writeHead(code === 'BadDigest' ? 400 : 403, { 'content-type': 'application/xml' }).end(text);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The error code of a request that S3 would refuse; null for a good one. */
function refusalOf(request: IncomingMessage, body: Buffer, secrets: Readonly<Record<string, string>>): string | null {
  const url = new URL(request.url ?? '', `http://${request.headers.host}`);
  const isLink = url.searchParams.has('X-Amz-Signature');
  const fields = isLink ? url.searchParams : headerFieldsOf(request.headers.authorization ?? '');
  const name = (word: string) => fields.get(isLink ? `X-Amz-${word}` : word) ?? '';
  const [keyId = '', day = '', region = '', service = ''] = name('Credential').split('/');
  const secret = secrets[keyId];
  if (secret === undefined) return 'InvalidAccessKeyId';

  const date = isLink ? name('Date') : String(request.headers['x-amz-date']);
  const sentAt = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const lifeMs = isLink ? Number(name('Expires')) * 1000 : 15 * 60_000;
  if (!(Date.now() < sentAt + lifeMs)) return 'AccessDenied';

  const payload = isLink ? 'UNSIGNED-PAYLOAD' : String(request.headers['x-amz-content-sha256']);
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== hex(body)) return 'BadDigest';
  const signedHeaders = name('SignedHeaders').split(';');
  const canonical = [
    request.method,
    url.pathname.split('/').map(decodeURIComponent).map(escaped).join('/'),
    [...url.searchParams]
      .filter(([key]) => key !== 'X-Amz-Signature')
      .map(([key, value]) => `${escaped(key)}=${escaped(value)}`)
      .sort()
      .join('&'),
    ...signedHeaders.map((key) => `${key}:${String(request.headers[key] ?? '').trim()}`),
    '',
    signedHeaders.join(';'),
    payload,
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', date, `${day}/${region}/${service}/aws4_request`, hex(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, toSign).toString('hex') === name('Signature') ? null : 'SignatureDoesNotMatch';
}

function headerFieldsOf(header: string): Map<string, string> {
  return new Map([...header.matchAll(/(\w+)=([^,\s]+)/g)].map(([, key = '', value = '']) => [key, value]));
}

function forward(request: IncomingMessage, body: Buffer, to: string, response: ServerResponse): void {
  const url = new URL(request.url ?? '', to);
  const forwarded = sendRequest(url, { method: request.method ?? 'GET', headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.pipe(response);
  });
  // An outage behind the gate is one of the gate.
  forwarded.on('error', () => void response.destroy());
  forwarded.end(body);
}
