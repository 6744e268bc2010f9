// The limits: `ws.send` of prebuilt buffers, and a hand-written request handler for a single query.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { serveCommands } from './commands.ts';
import { moved } from './peer.ts';
import { openSnapshot, openStorage, type StoredJob } from './peer-rows.ts';
import { gauges, type PublicJob, type ServerCommands } from './server.ts';

type Subscribed = { readonly socket: WebSocket; readonly id: string };

type RequestBody = {
  readonly query: string;
  readonly variables: { readonly id?: string; readonly input?: { prompt: string } };
};

let jobs: PublicJob[] = [];

let read: (id: string) => PublicJob | null = () => null;

let store: ((prompt: string) => StoredJob) | null = null;

let prepared: { readonly topic: string; readonly frames: Map<string, Buffer> }[] = [];

const topics = new Map<string, Subscribed[]>();

const http = createServer((request: IncomingMessage, response: ServerResponse) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => void chunks.push(chunk));
  request.on('end', () => {
    const requested: RequestBody = JSON.parse(Buffer.concat(chunks).toString());
    const { id = '', input } = requested.variables;
    const data =
      input === undefined
        ? { job: read(id) }
        : { generateVideo: { replayed: false, job: store?.(input.prompt) ?? null } };
    const body = JSON.stringify({ data });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
    response.end(body);
  });
});

const sockets = new WebSocketServer({ server: http, path: '/graphql', perMessageDeflate: false });

sockets.on('connection', (socket) => {
  socket.on('message', (bytes) => {
    const message: { type: string; id: string; payload: RequestBody } = JSON.parse(bytes.toString());
    if (message.type === 'connection_init') return socket.send('{"type":"connection_ack"}');
    const topic = message.payload.variables.id ?? 'events';
    const subscribed = topics.get(topic) ?? [];
    subscribed.push({ socket, id: message.id });
    topics.set(topic, subscribed);
  });
  socket.on('close', () => {
    for (const [topic, subscribed] of topics) {
      const left = subscribed.filter((each) => each.socket !== socket);
      if (left.length > 0) topics.set(topic, left);
      else topics.delete(topic);
    }
  });
});

/** One frame for each id that is subscribed to a topic. */
function framesOf(topic: string, data: unknown): Map<string, Buffer> {
  const ids = new Set((topics.get(topic) ?? []).map(({ id }) => id));
  return new Map([...ids].map((id) => [id, Buffer.from(JSON.stringify({ id, type: 'next', payload: { data } }))]));
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
      const job = jobs[place];
      if (job === undefined) return [];
      if (kind === 'polled') return { topic: job.id, frames: framesOf(job.id, { jobUpdated: job }) };
      const next = moved(job);
      jobs[place] = next;
      const { version, status, id, prompt } = next;
      return { topic: 'events', frames: framesOf('events', { jobEvents: { version, status, job: { id, prompt } } }) };
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
    read = openSnapshot(file);
  },
  storage(file) {
    store = openStorage(file);
  },
};

serveCommands(commands);
