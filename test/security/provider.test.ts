import { describe, expect, it } from 'vitest';
import { text } from '../provider/misbehaving-server.ts';
import { jobOf, openWorld, yes } from '../provider/segmind-world.ts';

const timeouts = { submitMs: 2000, pollMs: 2000 };

/** A provider that sends bytes as long as the client reads them, a gigabyte at most; counts the bytes sent. */
function openFlood(head = '') {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  const flood = { bytes: 0 };
  const world = openWorld(
    (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 2 ** 30 });
      response.write(head);
      const pour = () => {
        while (!response.destroyed && flood.bytes < 2 ** 30) {
          flood.bytes += chunk.length;
          if (response.write(chunk)) continue;
          response.once('drain', pour);
          return;
        }
      };
      pour();
    },
    { timeouts },
  );
  return { flood, world };
}

describe('a malicious provider', () => {
  it('that sends a gigabyte is read for a mebibyte plus the kernel’s buffers, and then cut off', async () => {
    const { flood, world } = openFlood('{"status":"QUEUED","message":"');
    const { segmind, running } = await world;
    expect(await segmind.submit(jobOf(), yes)).toEqual({ type: 'unconfirmed', httpStatus: 200 });
    expect((await segmind.poll(running)).event).toEqual({ type: 'fault' });
    expect(flood.bytes).toBeLessThan(64 * 1024 * 1024);
  });

  it('that sends a byte at a time gets no more time than any other', async () => {
    const open: NodeJS.Timeout[] = [];
    const { segmind, running } = await openWorld(
      (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const drip = setInterval(() => void response.write(' '), 20);
        open.push(drip);
        response.on('close', () => clearInterval(drip));
      },
      { timeouts: { submitMs: 300, pollMs: 300 } },
    );
    expect(await segmind.submit(jobOf(), yes)).toEqual({ type: 'unconfirmed', httpStatus: 200 });
    expect((await segmind.poll(running)).event).toEqual({ type: 'fault' });
    expect(open).toHaveLength(2);
  });

  it('whose errors are whole pages is quoted to nobody', async () => {
    const page = '<script>alert(document.cookie)</script>\u001b[2J';
    const { server, segmind, running, log } = await openWorld(text(500, page));
    for (const code of [400, 401, 403, 404, 406, 422, 500, 502]) {
      server.behave(text(code, page));
      const quoted = JSON.stringify([await segmind.submit(jobOf(), yes), await segmind.poll(running), log.lines]);
      expect(quoted).not.toMatch(/script|cookie|\\u001b/);
    }
  });
});
