import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { transformSync } from 'esbuild';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { createEndpoint, listEndpoints, redeliver, rotateSecret, testEndpoint } from '../../webhook/operations.ts';
import { makeFolder, request, startGateway, type TestGateway } from '../../world/gateway.ts';

const packages = 'test/system/webhook/receivers';

const page = readFileSync(join(projectRoot(), 'docs/webhooks.md'), 'utf8');

/** The first code block below a heading of the page. */
function blockBelow(heading: string): string {
  const [, text] = new RegExp(`^### ${heading}\\n.*?^\`\`\`\\w+\\n(.*?)^\`\`\`$`, 'ms').exec(page) ?? [];
  if (text === undefined) throw new Error(`docs/webhooks.md has no code below ${heading}`);
  return text;
}

/** What Next.js does with a route: it calls the function that is named like the method, and sends its Response. */
const routeHarness = `import { createServer } from 'node:http';
import { POST } from './route.mjs';
createServer(async (incoming, outgoing) => {
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const { method, headers } = incoming;
  if (method !== 'POST') return outgoing.writeHead(405).end();
  const response = await POST(new Request('http://localhost' + incoming.url, { method, headers, body: Buffer.concat(chunks) }));
  outgoing.writeHead(response.status).end(await response.text());
}).listen(PORT);
`;

/** Debian's packages are for Debian's Python, which need not be the first on the path. */
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

type Receiver = { readonly name: string; start(folder: string, port: string): readonly [string, ...string[]] };

const receivers: readonly Receiver[] = [
  ...['Express', 'Fastify', 'Hono'].map((name) => ({
    name,
    start(folder: string, port: string): readonly [string, ...string[]] {
      writeFileSync(join(folder, `${name}.mjs`), blockBelow(name).replace('3000', port));
      return [process.execPath, `${name}.mjs`];
    },
  })),
  {
    name: 'Next.js',
    start(folder, port) {
      const route = transformSync(blockBelow('Next\\.js'), { loader: 'ts', format: 'esm' }).code;
      writeFileSync(join(folder, 'route.mjs'), route);
      writeFileSync(join(folder, 'next.mjs'), routeHarness.replace('PORT', port));
      return [process.execPath, 'next.mjs'];
    },
  },
  {
    name: 'FastAPI',
    start(folder, port) {
      writeFileSync(join(folder, 'receiver.py'), blockBelow('FastAPI'));
      return [python, '-m', 'uvicorn', 'receiver:app', '--host', '127.0.0.1', '--port', port];
    },
  },
];

/** With CI set they always run, so that missing packages are a failure; elsewhere FastAPI is skipped without its Debian packages. */
const hasFastapi =
  process.env['CI'] === 'true' ||
  spawnSync(python, ['-c', 'import fastapi, uvicorn'], { stdio: 'ignore' }).status === 0;

describe('the receivers of docs/webhooks.md', () => {
  let folder: Awaited<ReturnType<typeof makeFolder>>;
  let gateway: TestGateway;

  beforeAll(async () => {
    folder = await makeFolder();
    gateway = await startGateway(folder.path, { LOG_LEVEL: 'warn' });
    const install = join(projectRoot(), '.ci', 'packages.mjs');
    expect(spawnSync(process.execPath, [install, packages], { stdio: 'inherit' }).status).toBe(0);
    symlinkSync(join(projectRoot(), packages, 'node_modules'), join(folder.path, 'node_modules'));
  }, 600_000);

  afterAll(async () => {
    await gateway.stop();
    await folder.remove();
  });

  async function run({ start }: Receiver) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/hook`;
    const { data } = await request(gateway, createEndpoint, { input: { url, eventTypes: ['JOB_COMPLETED'] } });
    const { secret, endpoint } = data.createWebhookEndpoint;
    const [program, ...args] = start(folder.path, port);
    const child = spawn(program, args, {
      cwd: folder.path,
      env: { ...process.env, WEBHOOK_SECRET: secret },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    onTestFinished(() => end(child));
    await expect
      .poll(
        () =>
          fetch(url).then(
            () => true,
            () => output,
          ),
        { timeout: 30_000 },
      )
      .toBe(true);
    const post = async (body: string, headers: Record<string, string>) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      await response.text();
      return response.status;
    };
    /** The lines about jobs; servers print lines of their own. */
    const lines = () => output.split('\n').filter((line) => line.startsWith('job.'));
    return { endpointId: endpoint.id, secret, post, lines, output: () => output };
  }

  const runs = receivers.filter(({ name }) => name !== 'FastAPI' || hasFastapi);

  it.runIf(hasFastapi)('include FastAPI (needs the Debian packages python3-fastapi and python3-uvicorn)', () => {
    expect(runs).toHaveLength(5);
  });

  it.each(runs)('$name takes what a gateway sends, once, and nothing else', async (receiver) => {
    const { endpointId, secret, post, lines, output } = await run(receiver);
    const mutation =
      'mutation { generateVideo(input: { prompt: "@test/ok:1s" }) { ... on GenerateVideoSuccess { job { id } } } }';
    const { data } = await request(gateway, mutation);
    const { id } = data.generateVideo.job;
    await expect.poll(lines, { message: output() }).toEqual([expect.stringMatching(`^job.completed ${id} \\d+$`)]);

    // The same message again, and a second signature beside the first.
    await request(gateway, rotateSecret, { id: endpointId });
    const delivery = await deliveryOf(endpointId);
    await request(gateway, redeliver, { id: delivery.id });
    await expect.poll(async () => (await deliveryOf(endpointId)).attempts.length).toBe(2);
    expect((await deliveryOf(endpointId)).attempts).toMatchObject([{ httpStatus: 204 }, { httpStatus: 204 }]);

    // An older version under an id of its own, then a newer one.
    const event = JSON.parse(delivery.payload);
    const sent = (version: number, at = new Date()) => {
      const body = JSON.stringify({ ...event, data: { ...event.data, version } });
      const message = `msg_${version}`;
      const signature = new Webhook(secret).sign(message, at, body);
      const headers = {
        'webhook-id': message,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': signature,
      };
      return { body, headers };
    };
    const older = sent(1);
    expect(await post(older.body, older.headers)).toBe(204);
    const newer = sent(99);
    expect(await post(newer.body, newer.headers)).toBe(204);
    await expect.poll(() => lines().at(-1)).toBe(`job.completed ${id} 99`);
    expect(lines()).toHaveLength(2);

    const forged = sent(100);
    expect(await post(forged.body.replace('COMPLETED', 'COMPLETEd'), forged.headers)).toBe(400);
    expect(await post(forged.body, { ...forged.headers, 'webhook-id': 'msg_other' })).toBe(400);
    expect(await post(forged.body, { ...forged.headers, 'webhook-signature': 'v1,é' })).toBe(400);
    expect(await post(forged.body, {})).toBe(400);
    const recorded = sent(101, new Date(Date.now() - 600_000));
    expect(await post(recorded.body, recorded.headers)).toBe(400);
    expect(lines()).toHaveLength(2);

    const test = await request(gateway, testEndpoint, { id: endpointId });
    expect(test.data.testWebhookEndpoint.delivery).toMatchObject({ state: 'DELIVERED' });
  });

  async function deliveryOf(endpointId: string) {
    const { data } = await request(gateway, listEndpoints);
    const endpoint = data.webhookEndpoints.find(({ id }: { id: string }) => id === endpointId);
    return endpoint.deliveries.nodes.find(({ type }: { type: string }) => type === 'JOB_COMPLETED');
  }
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}
