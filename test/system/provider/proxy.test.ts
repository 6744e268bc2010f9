import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { expect, onTestFinished, test, vi } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { findJob, generate } from '../../gateway/operations.ts';
import { openConnectProxy } from '../../world/connect-proxy.ts';
import { makeFolder, request, startGateway } from '../../world/gateway.ts';
import { openTestProvider, respond } from '../../world/provider.ts';
import { type CertificateFiles, makePrivateCa } from '../world/private-ca.ts';

vi.setConfig({ testTimeout: 120_000 });

const video = readFileSync(join(projectRoot(), 'src/adapter/provider/sandbox/videos/square-1-1.mp4'));

async function serveTls(certificate: CertificateFiles, listener: RequestListener): Promise<number> {
  const server = createServer(certificate, listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server listening on TCP has a port.
  return (server.address() as AddressInfo).port;
}

/** Puts TLS in front of a port. */
async function terminateTls(certificate: CertificateFiles, port: number): Promise<number> {
  const server = createTlsServer(certificate, (inward) => {
    const outward = connectTcp(port, '127.0.0.1');
    inward.on('error', () => undefined).on('close', () => void outward.destroy());
    outward.on('error', () => undefined).on('close', () => void inward.destroy());
    inward.pipe(outward).pipe(inward);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A provider, its file server and an issuer of tokens, all with certificates of a private authority, and a proxy in front of them. */
async function openWorld() {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const provider = await openTestProvider({
    poll: (job, response) =>
      job.polls < 2
        ? false
        : respond(response, 200, { status: 'COMPLETED', output: 'https://files.example/v.mp4?key=1' }),
  });
  onTestFinished(provider.close);
  const ca = makePrivateCa(folder.path);
  const certificate = ca.issue('all', 'provider.example', 'files.example', 'issuer.example');
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] });
  const proxy = await openConnectProxy({
    'provider.example': await terminateTls(certificate, Number(new URL(provider.url).port)),
    'files.example': await serveTls(
      certificate,
      (_, response) => void response.writeHead(200, { 'content-type': 'video/mp4' }).end(video),
    ),
    'issuer.example': await serveTls(certificate, (_, response) => void response.end(keys)),
  });
  const start = async (settings: Record<string, string> = {}) => {
    const gateway = await startGateway(folder.path, {
      SEGMIND_API_KEY: 'SG_0123456789abcdef',
      SEGMIND_BASE_URL: 'https://provider.example',
      AUTH_JWKS_URL: 'https://issuer.example/keys',
      NODE_EXTRA_CA_CERTS: ca.file,
      HTTPS_PROXY: `http://gate:open%20sesame@127.0.0.1:${proxy.port}`,
      POLL_INTERVAL_MS: '100',
      SIGNUP_CREDITS: '1000',
      LOG_LEVEL: 'debug',
      ...settings,
    });
    onTestFinished(() => gateway.kill());
    return gateway;
  };
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', kid: 'one' })
    .setSubject('ada')
    .setExpirationTime('1h')
    .sign(privateKey);
  return { provider, proxy, start, token };
}

test('a gateway without any other way out makes a video through a proxy, with certificates of a private authority', async () => {
  const { provider, proxy, start, token } = await openWorld();
  const gateway = await start();
  const { data } = await request(gateway, generate, { input: { prompt: 'Two people' } }, token);
  expect(data.generateVideo).toMatchObject({ __typename: 'GenerateVideoSuccess', job: { environment: 'LIVE' } });
  const { id } = data.generateVideo.job;
  const jobNow = async () => (await request(gateway, findJob, { id }, token)).data.job;
  await vi.waitFor(async () => expect(await jobNow()).toMatchObject({ status: 'COMPLETED' }), { timeout: 60_000 });
  expect(provider.submissions).toHaveLength(1);
  const copied = 'query Video($id: ID!) { job(id: $id) { video { url expiresAt byteSize } } }';
  await vi.waitFor(
    async () =>
      expect((await request(gateway, copied, { id }, token)).data.job.video).toMatchObject({
        byteSize: video.byteLength,
      }),
    { timeout: 60_000 },
  );
  expect(new Set(proxy.targets)).toEqual(new Set(['provider.example:443', 'files.example:443', 'issuer.example:443']));
  expect(new Set(proxy.authorizations)).toEqual(
    new Set([`Basic ${Buffer.from('gate:open sesame').toString('base64')}`]),
  );
  expect(gateway.output()).toContain(`"proxy":"127.0.0.1:${proxy.port}"`);
  expect(await gateway.stop()).toBe(0);
  expect(gateway.output()).not.toMatch(/sesame|b3BlbiBzZXNhbWU|Z2F0ZTpv/);
});

test('a job waits while the proxy opens no tunnel, and is sent once when it does', async () => {
  const { provider, proxy, start, token } = await openWorld();
  const gateway = await start();
  const viewer = 'query { viewer { userId } }';
  expect((await request(gateway, viewer, {}, token)).data.viewer.userId).toBe('ada');
  proxy.behave(407);
  const { data } = await request(gateway, generate, { input: { prompt: 'Two people' } }, token);
  const { id } = data.generateVideo.job;
  const jobNow = async () => (await request(gateway, findJob, { id }, token)).data.job;
  await vi.waitFor(() => expect(gateway.output()).toContain('refuses the user or the password (HTTP 407)'), {
    timeout: 60_000,
  });
  expect(await jobNow()).toMatchObject({ status: 'PENDING', charge: { state: 'HELD' } });
  proxy.behave('tunnel');
  await vi.waitFor(async () => expect(await jobNow()).toMatchObject({ status: 'COMPLETED' }), { timeout: 60_000 });
  expect(provider.submissions).toHaveLength(1);
  expect(await gateway.stop()).toBe(0);
  expect(gateway.output()).not.toMatch(/sesame|b3BlbiBzZXNhbWU|Z2F0ZTpv/);
});

test('without the private authority nothing is sent, and the log names the reason', async () => {
  const { provider, start, token } = await openWorld();
  const gateway = await start({ NODE_EXTRA_CA_CERTS: '', AUTH_JWKS_URL: '' });
  expect(token).not.toBe('');
  await request(gateway, generate, { input: { prompt: 'Two people' } });
  await vi.waitFor(() => expect(gateway.output()).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE/), { timeout: 60_000 });
  expect(provider.submissions).toEqual([]);
  expect(await gateway.stop()).toBe(0);
});
