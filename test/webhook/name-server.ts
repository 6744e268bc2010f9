import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

/** A server of names on loopback. */
export type NameServer = {
  /** As `nameServers` wants it. */
  readonly address: string;
  /** The names that were asked for, each with its type: `a.example A`. */
  readonly asked: readonly string[];
};

const types: Readonly<Record<number, string>> = { 1: 'A', 28: 'AAAA' };

/** Starts a server that answers with a host's IPv4 addresses, `nowhere` (no such name), or not at all. */
export async function openNameServer(
  hosts: Readonly<Record<string, readonly string[] | 'nowhere'>>,
): Promise<NameServer> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address }) => {
    const { name, type, question } = questionOf(query);
    asked.push(`${name} ${type}`);
    const known = hosts[name];
    if (known === undefined) return;
    const addresses = known === 'nowhere' || type !== 'A' ? [] : known;
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(known === 'nowhere' ? 0x81_83 : 0x81_80, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    socket.send(Buffer.concat([header, question, ...addresses.map(recordOf)]), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(async () => {
    socket.close();
    await once(socket, 'close');
  });
  return { address: `127.0.0.1:${socket.address().port}`, asked };
}

function questionOf(query: Buffer) {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const type = query.readUInt16BE(at + 1);
  return {
    name: labels.join('.').toLowerCase(),
    type: types[type] ?? String(type),
    question: query.subarray(12, at + 5),
  };
}

/** An address of the name in the question, good for a minute. */
function recordOf(address: string): Buffer {
  return Buffer.concat([
    Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]),
    Buffer.from(address.split('.').map(Number)),
  ]);
}
