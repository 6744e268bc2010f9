import { readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { openConnection } from '../../protocol/raw-socket.ts';
import { makeFolder, startGateway, testSecret, tokenOf } from '../../world/gateway.ts';

const sockets = 20;

const subscriptions = 100;

/** What Linux counts as the memory of a process, in MB. */
function memoryOf(pid: number): number {
  const [, kilobytes = ''] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1000;
}

// V8 lets garbage grow with the memory of the machine, so the heap is bounded here: what is needed must fit.
it('20 sockets with 100 subscriptions of 4,000 tokens each fit into 300 MB', async () => {
  const folder = await makeFolder();
  onTestFinished(folder.remove);
  const gateway = await startGateway(folder.path, {
    AUTH_JWT_SECRET: testSecret,
    NODE_OPTIONS: '--max-old-space-size=160',
  });
  onTestFinished(async () => void (await gateway.stop()));
  const token = await tokenOf('ada', { env: 'test' });
  const fields = Array.from({ length: 3980 }, () => 'userId').join(' ');
  for (let socket = 0; socket < sockets; socket += 1) {
    const connection = await openConnection(gateway, token);
    onTestFinished(() => connection.close());
    for (let id = 0; id < subscriptions; id += 1) {
      const query = `subscription S${socket}x${id} { accountUpdated { ${fields} } }`;
      connection.send({ type: 'subscribe', id: String(id), payload: { query } });
      expect(await connection.nextOf(String(id))).toMatchObject({ type: 'next' });
    }
  }
  expect(memoryOf(gateway.process.pid ?? 0)).toBeLessThan(300);
}, 1_200_000);
