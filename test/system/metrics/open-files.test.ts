import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { scrape } from '../../metrics/samples.ts';
import { makeFolder, startGateway } from '../../world/gateway.ts';

const token = 'a-token-of-the-scrapes';

const allowed = 150;

test.runIf(process.platform === 'linux')(
  'a gateway whose connections come close to the limit on open files says so, with numbers, and counts it',
  async () => {
    const folder = await makeFolder();
    onTestFinished(folder.remove);
    const gateway = await startGateway(folder.path, { METRICS_TOKEN: token });
    onTestFinished(gateway.kill);
    // Node.js needs more files to start.
    execFileSync('prlimit', ['--pid', String(gateway.process.pid), `--nofile=${allowed}`]);
    const { port } = new URL(gateway.url);
    const hits = async () =>
      (await scrape(gateway.url, token)).of('reelgate_limits_hit_total', { limit: 'files' }) ?? Number.NaN;
    expect(await hits()).toBe(0);

    const { length: before } = readdirSync(`/proc/${gateway.process.pid}/fd`);
    const sockets = Array.from({ length: Math.floor(allowed * 0.97) - before }, () =>
      connect(Number(port), '127.0.0.1'),
    );
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    for (const socket of sockets) {
      socket.on('error', () => undefined);
      socket.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    }
    await vi.waitFor(() => expect(gateway.output()).toContain('Nearly all files'), { timeout: 60_000 });
    const line = gateway
      .output()
      .split('\n')
      .find((each) => each.includes('Nearly all files'));
    const { limit, open, allowed: mayOpen } = JSON.parse(line ?? '');
    expect({ limit, mayOpen }).toEqual({ limit: 'files', mayOpen: allowed });
    expect(open).toBeGreaterThanOrEqual(allowed * 0.9);

    for (const socket of sockets) socket.destroy();
    await vi.waitFor(async () => expect(await hits()).toBeGreaterThan(0), { timeout: 60_000 });
    expect(await gateway.stop()).toBe(0);
  },
);
