// A load generator: thousands of WebSockets that speak graphql-transport-ws and count what they receive. On plain TCP, because a client
// library would take more time than the server under test.
import { randomBytes } from 'node:crypto';
import { connect as connectTcp, type Socket } from 'node:net';
import { serveCommands } from './commands.ts';

/** Sockets to open. Each sends `init` first, and the same messages once it is acknowledged. */
export type SocketGroup = { readonly sockets: number; readonly init: string; readonly messages: readonly string[] };

/** Where to connect. */
export type SocketTarget = {
  readonly port: number;
  readonly groups: readonly SocketGroup[];
};

/** The generator's commands. */
export type SocketLoad = {
  /** Opens further sockets; fulfils when all are acknowledged and have sent their messages. */
  connect(target: SocketTarget): Promise<void>;
  /** Fulfils when this many results have been received in all since the last reset; rejects after 30 s. */
  received(count: number): Promise<void>;
  /** How many have been received so far. */
  count(): number;
  reset(): void;
  /** The newest result, as text. */
  newest(): string;
  /** Closes all sockets. */
  disconnect(): Promise<void>;
};

const connectingAtOnce = 200;

const receiveWithinMs = 30_000;

const opcode = { text: 1, ping: 9, pong: 10 } as const;

let received = 0;

let newest = '';

let failure: Error | null = null;

let awaited: { readonly count: number; readonly done: () => void } | null = null;

let sockets: Socket[] = [];

function note(text: string): void {
  // The members that identify a result come first, in every server's output.
  const head = text.slice(0, 64);
  if (head.includes('"next"')) {
    received += 1;
    newest = text;
    if (awaited !== null && received >= awaited.count) awaited.done();
  } else if (head.includes('"error"') || head.includes('"complete"')) {
    failure = new Error(`A subscription ended: ${text.slice(0, 300)}`);
  }
}

function open(port: number, { init, messages }: SocketGroup): Promise<void> {
  return new Promise((resolve, reject) => {
    let isUpgraded = false;
    let rest: Buffer = Buffer.alloc(0);
    const socket = connectTcp({ host: '127.0.0.1', port, noDelay: true });
    sockets.push(socket);
    socket.write(
      [
        'GET /graphql HTTP/1.1',
        `Host: 127.0.0.1:${port}`,
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        'Sec-WebSocket-Protocol: graphql-transport-ws',
        '\r\n',
      ].join('\r\n'),
    );
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('A socket closed')));
    socket.on('data', (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (!isUpgraded) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        if (!rest.subarray(0, 12).toString().endsWith('101'))
          return reject(new Error(rest.subarray(0, end).toString()));
        isUpgraded = true;
        rest = rest.subarray(end + 4);
        socket.write(frameOf(opcode.text, Buffer.from(init)));
      }
      rest = readFrames(rest, (code, payload) => {
        if (code === opcode.ping) socket.write(frameOf(opcode.pong, payload));
        if (code !== opcode.text) return;
        const text = payload.toString('latin1');
        if (!text.includes('"connection_ack"')) return note(text);
        for (const message of messages) socket.write(frameOf(opcode.text, Buffer.from(message)));
        resolve();
      });
    });
  });
}

/** Reads the complete frames of a server; returns the remaining bytes. */
function readFrames(bytes: Buffer, take: (code: number, payload: Buffer) => void): Buffer {
  let at = 0;
  while (bytes.length - at >= 2) {
    const short = bytes.readUInt8(at + 1) & 0x7f;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length - at < head) break;
    const length =
      short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short;
    if (bytes.length - at < head + length) break;
    take(bytes.readUInt8(at) & 0x0f, bytes.subarray(at + head, at + head + length));
    at += head + length;
  }
  return bytes.subarray(at);
}

/** A client's frame. Its mask is all zeros, which leaves the payload unchanged. */
function frameOf(code: number, payload: Buffer): Buffer {
  const head = payload.length < 126 ? Buffer.alloc(6) : Buffer.alloc(8);
  head.writeUInt8(0x80 | code, 0);
  head.writeUInt8(0x80 | Math.min(payload.length, 126), 1);
  if (payload.length >= 126) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

const load: SocketLoad = {
  async connect({ port, groups }) {
    const left = groups.flatMap((group) => Array.from({ length: group.sockets }, () => group));
    const openNext = async () => {
      for (let group = left.pop(); group !== undefined; group = left.pop()) await open(port, group);
    };
    await Promise.all(Array.from({ length: connectingAtOnce }, openNext));
  },
  received: (count) =>
    new Promise((resolve, reject) => {
      if (received >= count) return resolve();
      const timer = setTimeout(
        () => reject(failure ?? new Error(`${received} of ${count} results came in`)),
        receiveWithinMs,
      );
      const done = () => {
        awaited = null;
        clearTimeout(timer);
        resolve();
      };
      awaited = { count, done };
    }),
  count: () => received,
  reset() {
    received = 0;
  },
  newest: () => newest,
  async disconnect() {
    const gone = sockets.map((socket) => new Promise<void>((resolve) => void socket.once('close', () => resolve())));
    for (const socket of sockets) socket.destroy();
    sockets = [];
    await Promise.all(gone);
  },
};

serveCommands(load);
