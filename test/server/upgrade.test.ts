import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join as joinPath } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { makeFolder } from '../world/gateway.ts';
import { join, leave } from './socket.ts';
import { openWorld, type World } from './world.ts';

/** Runs a program of this machine; returns what it printed. */
function run(program: string, words: readonly string[]): Promise<{ readonly stdout: string }> {
  return new Promise((resolve, reject) => {
    execFile(program, words, (error, stdout) => {
      if (error instanceof Error) reject(error);
      else resolve({ stdout });
    });
  });
}

async function isHere(program: string, word: string, sign: string): Promise<boolean> {
  try {
    return (await run(program, [word])).stdout.includes(sign);
  } catch {
    return false;
  }
}

const hasCurl = await isHere('curl', '--version', 'HTTP2');

const hasJava = await isHere('java', '--version', 'OpenJDK');

let world: World;

afterEach(() => world.close());

const h2c = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n';

const answer = '{"data":{"me":"demo TEST"}}';

function get(path: string, offer = h2c): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${offer}\r\n`;
}

function post(offer = h2c, query = '{ me }'): string {
  const body = JSON.stringify({ query });
  const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${offer}`;
  return `${head}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

function postChunked(offer = h2c): string {
  const body = JSON.stringify({ query: '{ me }' });
  const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${offer}`;
  return `${head}Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
}

/** Sends pieces over one connection, each after the given number of responses. Returns the statuses and bodies of all responses. */
async function talk(pieces: readonly (readonly [after: number, text: string])[], expected: number) {
  const connection = connect(world.server.port, '127.0.0.1');
  let received = '';
  const statuses = () => received.match(/HTTP\/1\.1 \d+/g) ?? [];
  const bodies = () =>
    received
      .split('HTTP/1.1 ')
      .slice(1)
      .map((each) => each.split('\r\n\r\n')[1] ?? '');
  const isWhole = (count: number) => bodies().length > count || (bodies().length === count && bodies().at(-1) !== '');
  connection
    .setNoDelay()
    .setEncoding('utf8')
    .on('data', (text: string) => {
      received += text;
    });
  const closed = new Promise<void>((resolve) => void connection.once('close', () => resolve()));
  for (const [after, text] of pieces) {
    await expect.poll(() => after === 0 || isWhole(after)).toBe(true);
    connection.write(text);
    // Send the next piece in its own packet, after the other side has had a chance to read this one.
    await setImmediate();
  }
  await Promise.race([closed, expect.poll(() => isWhole(expected)).toBe(true)]);
  connection.destroy();
  return { statuses: statuses().map((line) => Number(line.slice(-3))), bodies: bodies(), received };
}

describe('an upgrade to anything but a WebSocket', () => {
  it.each(['h2c', 'H2C', 'TLS/1.0', 'h2c, websocket', 'IRC/6.9, RTA/x11'])(
    'is an offer that the server ignores: %s',
    async (name) => {
      world = await openWorld();
      const offer = `Connection: Upgrade\r\nUpgrade: ${name}\r\n`;
      const { statuses, bodies } = await talk([[0, get('/healthz', offer) + post(offer)]], 2);
      expect(statuses).toEqual([200, 200]);
      expect(bodies).toEqual(['{"status":"ok"}', answer]);
    },
  );

  it.each<[string, readonly string[]]>([
    ['a GET', [get('/graphql?query={me}')]],
    ['a POST', [post()]],
    ['a POST in chunks', [postChunked()]],
    ['a POST whose head comes in pieces', [post().slice(0, 30), post().slice(30, 150), post().slice(150)]],
    ['a POST whose body comes late', [post().slice(0, -5), post().slice(-5)]],
  ])('leaves %s to get a normal response', async (_, pieces) => {
    world = await openWorld();
    const { statuses, bodies } = await talk(
      pieces.map((piece) => [0, piece] as const),
      1,
    );
    expect(statuses).toEqual([200]);
    expect(bodies).toEqual([answer]);
  });

  it('keeps the connection for any further request', async () => {
    world = await openWorld();
    const requests = [
      post(),
      get('/healthz'),
      post(''),
      postChunked(),
      get('/readyz', ''),
      ...Array.from({ length: 20 }, () => post()),
    ];
    const { statuses, received } = await talk(
      requests.map((text, at) => [at, text] as const),
      requests.length,
    );
    expect(statuses).toEqual(requests.map(() => 200));
    expect(received).not.toMatch(/connection: close/i);
  });

  it('loses nothing that was sent after it', async () => {
    world = await openWorld();
    const { statuses, bodies } = await talk([[0, post() + get('/healthz', '') + post('')]], 3);
    expect(statuses).toEqual([200, 200, 200]);
    expect(bodies).toEqual([answer, '{"status":"ok"}', answer]);
  });

  it('gets one response in its turn behind a normal request, and then the connection closes', async () => {
    world = await openWorld();
    const { statuses, bodies, received } = await talk(
      [[0, post('', 'mutation { act }') + post(h2c, 'mutation { act }') + get('/healthz')]],
      3,
    );
    expect(statuses).toEqual([200, 200]);
    expect(bodies).toEqual(['{"data":{"act":1}}', '{"data":{"act":1}}']);
    expect(received.match(/connection: close/gi)).toHaveLength(1);
    expect(world.users).toHaveLength(2);
  });

  it('takes nothing from WebSockets', async () => {
    world = await openWorld();
    await leave(await join(world.url));
  });

  it.skipIf(!hasCurl)('is what curl --http2 sends (skipped without a curl with HTTP/2)', async () => {
    world = await openWorld();
    const { stdout: health } = await run('curl', ['-sS', '--http2', `${world.url}/healthz`]);
    expect(health).toBe('{"status":"ok"}');
    const json = ['-H', 'content-type: application/json', '-d', '{"query":"{ me }"}'];
    const url = `${world.url}/graphql`;
    const { stdout } = await run('curl', ['-sS', '--http2', ...json, url, '--next', '-sS', '--http2', ...json, url]);
    expect(stdout).toBe(answer + answer);
  });

  it.skipIf(!hasJava)('is what Java’s own client sends (skipped without java)', async () => {
    world = await openWorld();
    const folder = await makeFolder();
    const file = joinPath(folder.path, 'Ask.java');
    await writeFile(file, javaProgram);
    const { stdout } = await run('java', [file, world.url]);
    await folder.remove();
    expect(stdout.trim().split('\n')).toEqual([
      '200 {"status":"ok"}',
      ...Array.from({ length: 3 }, () => `200 ${answer}`),
    ]);
  });
});

const javaProgram = `
import java.net.URI;
import java.net.http.*;

public class Ask {
  public static void main(String[] words) throws Exception {
    var client = HttpClient.newHttpClient();
    say(client.send(HttpRequest.newBuilder(URI.create(words[0] + "/healthz")).build(), HttpResponse.BodyHandlers.ofString()));
    for (int i = 0; i < 3; i++) {
      var request = HttpRequest.newBuilder(URI.create(words[0] + "/graphql"))
        .header("content-type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString("{\\"query\\":\\"{ me }\\"}"))
        .build();
      say(client.send(request, HttpResponse.BodyHandlers.ofString()));
    }
  }
  static void say(HttpResponse<String> response) {
    System.out.println(response.statusCode() + " " + response.body());
  }
}
`;
