import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createEndpoint, testEndpoint } from '../../webhook/operations.ts';
import { type Loose, makeFolder, request, startGateway } from '../../world/gateway.ts';
import { type CertificateFiles, makePrivateCa } from '../world/private-ca.ts';

/** A receiver on loopback with a certificate. */
async function serveTls(certificate: CertificateFiles) {
  let received = 0;
  const server = createServer(certificate, (_, response) => {
    received += 1;
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server listening on TCP has a port.
  const { port } = server.address() as AddressInfo;
  return { url: `https://127.0.0.1:${port}/hook`, received: () => received };
}

test('a certificate is checked: of an unknown authority or for another host nothing is sent, of one that is trusted it is', async () => {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const ca = makePrivateCa(folder.path);
  const right = await serveTls(ca.issue('right', '127.0.0.1'));
  const wrong = await serveTls(ca.issue('wrong', 'other.example'));

  /** What a gateway with these settings makes of a test of each receiver. */
  async function attemptsWith(settings: Readonly<Record<string, string>>): Promise<Loose[]> {
    const gateway = await startGateway(folder.path, settings);
    onTestFinished(() => gateway.kill());
    const run = async (operation: string, variables: Record<string, unknown>) =>
      (await request(gateway, operation, variables)).data;
    const attempts: Loose[] = [];
    for (const { url } of [right, wrong]) {
      const { createWebhookEndpoint } = await run(createEndpoint, { input: { url } });
      const { id } = createWebhookEndpoint.endpoint;
      const { testWebhookEndpoint } = await run(testEndpoint, { id });
      attempts.push(...testWebhookEndpoint.delivery.attempts);
    }
    expect(await gateway.stop()).toBe(0);
    return attempts;
  }

  const refused = { httpStatus: null, error: expect.stringMatching(/^Its TLS certificate is not accepted \(\w+\)\.$/) };
  expect(await attemptsWith({})).toMatchObject([refused, refused]);
  expect([right.received(), wrong.received()]).toEqual([0, 0]);
  expect(await attemptsWith({ NODE_EXTRA_CA_CERTS: ca.file })).toMatchObject([
    { httpStatus: 204, error: null },
    refused,
  ]);
  expect([right.received(), wrong.received()]).toEqual([1, 0]);
});
