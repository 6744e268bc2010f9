// The limits: `ws.send` of prebuilt buffers, and a hand-written request handler for a single query. A token is verified once, then its user
// is found in a Map.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { type WebSocket, WebSocketServer } from 'ws';
import { authOf, tokenIn } from './auth.ts';
import { serveCommands } from './commands.ts';
import { cursorOf, moved, nextEvent, shownProgress } from './peer.ts';
import { openSnapshot, openStorage, type Snapshot, type StoredJob } from './peer-rows.ts';
import { gauges, type OwnedJob, type ServerCommands } from './server.ts';

type Subscribed = { readonly socket: WebSocket; readonly id: string; readonly hasProgress: boolean };

type RequestBody = {
  readonly query: string;
  readonly variables: { readonly id?: string; readonly input?: { prompt: string } };
};

type Message = { readonly type: string; readonly id: string; readonly payload?: RequestBody & Record<string, unknown> };

const { algorithm, secret, url } = authOf(process.argv);

const key = new TextEncoder().encode(secret);

const published = createRemoteJWKSet(new URL(url));

const users = new Map<string, string>();

let jobs: OwnedJob[] = [];

let snapshot: Snapshot | null = null;

let store: ((owner: string, prompt: string) => StoredJob) | null = null;

let prepared: { readonly topic: string; readonly frames: Map<string, Buffer> }[] = [];

const topics = new Map<string, Subscribed[]>();

const topicsOf = new Map<WebSocket, string[]>();

async function userOf(authorization: unknown): Promise<string> {
  const token = tokenIn(authorization);
  const known = users.get(token);
  if (known !== undefined) return known;
  const { payload } = algorithm === 'HS256' ? await jwtVerify(token, key) : await jwtVerify(token, published);
  const user = String(payload.sub);
  users.set(token, user);
  return user;
}

async function respond(authorization: unknown, text: string, response: ServerResponse): Promise<void> {
  const user = await userOf(authorization);
  const { variables }: RequestBody = JSON.parse(text);
  const { id = '', input } = variables;
  const data =
    input === undefined
      ? { job: snapshot?.job(id, user)?.job ?? null }
      : { generateVideo: { replayed: false, job: store?.(user, input.prompt) ?? null } };
  const body = JSON.stringify({ data });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

const http = createServer((request: IncomingMessage, response: ServerResponse) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => void chunks.push(chunk));
  request.on('end', () => {
    respond(request.headers.authorization, Buffer.concat(chunks).toString(), response).catch(() => response.destroy());
  });
});

const sockets = new WebSocketServer({ server: http, path: '/graphql', perMessageDeflate: false });

/** Remembers a subscription, and sends what the gateway sends first. */
function subscribe(socket: WebSocket, user: string, { id, payload }: Message): void {
  const { query = '', variables = {} } = payload ?? {};
  const topic = variables.id ?? `events:${user}`;
  const hasProgress = query.includes('progress');
  const subscribed = topics.get(topic) ?? [];
  subscribed.push({ socket, id, hasProgress });
  topics.set(topic, subscribed);
  topicsOf.get(socket)?.push(topic);
  const owned = variables.id === undefined ? null : (snapshot?.job(variables.id, user) ?? null);
  const first = { __typename: 'FeedLive', cursor: cursorOf(user, snapshot?.feedOf(user) ?? 0) };
  const data = owned === null ? { jobEvents: first } : { jobUpdated: shown(owned, hasProgress) };
  socket.send(JSON.stringify({ id, type: 'next', payload: { data } }));
}

sockets.on('connection', (socket) => {
  let user = '';
  topicsOf.set(socket, []);
  socket.on('message', (bytes) => {
    const message: Message = JSON.parse(bytes.toString());
    if (message.type !== 'connection_init') return subscribe(socket, user, message);
    userOf(message.payload?.['authorization']).then(
      (known) => {
        user = known;
        socket.send('{"type":"connection_ack"}');
      },
      () => socket.terminate(),
    );
  });
  socket.on('close', () => {
    for (const topic of topicsOf.get(socket) ?? []) {
      const left = (topics.get(topic) ?? []).filter((each) => each.socket !== socket);
      if (left.length > 0) topics.set(topic, left);
      else topics.delete(topic);
    }
    topicsOf.delete(socket);
  });
});

function shown(owned: OwnedJob, hasProgress: boolean) {
  return hasProgress ? { ...owned.job, progress: shownProgress(owned) } : owned.job;
}

/** One frame for each id that is subscribed to a topic. */
function framesOf(topic: string, dataOf: (hasProgress: boolean) => unknown): Map<string, Buffer> {
  const ids = new Map((topics.get(topic) ?? []).map(({ id, hasProgress }) => [id, hasProgress]));
  const frame = ([id, hasProgress]: [string, boolean]): [string, Buffer] => [
    id,
    Buffer.from(JSON.stringify({ id, type: 'next', payload: { data: dataOf(hasProgress) } })),
  ];
  return new Map([...ids].map(frame));
}

http.listen(0, '127.0.0.1');

await once(http, 'listening');

const address = http.address();

const commands: ServerCommands = {
  ...gauges,
  port: () => (typeof address === 'object' ? (address?.port ?? 0) : 0),
  async jobs({ given }) {
    jobs = [...given];
    return jobs;
  },
  async prepare({ kind, jobs: places }) {
    prepared = places.flatMap((place) => {
      const owned = jobs[place];
      if (owned === undefined) return [];
      const { id } = owned.job;
      if (kind === 'polled')
        return { topic: id, frames: framesOf(id, (hasProgress) => ({ jobUpdated: shown(owned, hasProgress) })) };
      const next = moved(owned);
      jobs[place] = next;
      const { cursor, version, status, job } = nextEvent(next);
      const item = { __typename: 'JobEvent', cursor, version, status, job: { id: job.id, prompt: job.prompt } };
      const topic = `events:${owned.owner}`;
      return { topic, frames: framesOf(topic, () => ({ jobEvents: item })) };
    });
  },
  publish() {
    for (const { topic, frames } of prepared) {
      for (const { socket, id } of topics.get(topic) ?? []) {
        const frame = frames.get(id);
        if (frame !== undefined) socket.send(frame, { binary: false });
      }
    }
  },
  database(file) {
    snapshot = openSnapshot(file);
  },
  storage(file) {
    store = openStorage(file);
  },
};

serveCommands(commands);
