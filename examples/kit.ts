// One video with the client kit alone; README.md says how to run it.
import { randomUUID } from 'node:crypto';
import { createReelgate, isEnded } from '@reelgate/client';
import { WebSocket } from 'ws';

const { URL: url = 'http://127.0.0.1:4000/graphql', TOKEN: token, CURSOR: after } = process.env;

const [prompt = 'Two people shaking hands'] = process.argv.slice(2);

// A page passes a function that gets a token from its backend, and leaves `webSocket` out.
const reelgate = createReelgate({ url, token, webSocket: WebSocket });

// It identifies our job in the feed.
const externalId = randomUUID();

const stop = new AbortController();

let isRequested = false;

async function generateVideo(): Promise<void> {
  if (isRequested) return;
  isRequested = true;
  const result = await reelgate.generate({ prompt, externalId });
  if (result.__typename !== 'GenerateVideoSuccess') fail(`${result.code}: ${result.message}`);
}

function fail(reason: unknown): void {
  console.error('Failed:', reason instanceof Error ? reason.message : reason);
  process.exitCode = 1;
  stop.abort();
}

const events = reelgate.feed({
  after,
  onReset: () => console.log('The cursor is too old: read "jobs" again.'),
  // You have received everything you missed. This is called again after each reconnect.
  onLive: () => void generateVideo().catch(fail),
  signal: stop.signal,
});

try {
  for await (const { job, status, message, cursor } of events) {
    if (job.externalId !== externalId) continue;
    console.log(status, message);
    if (!isEnded(status)) continue;
    // The link stays the same for ever: store it, or put it into <video src>.
    console.log('Video:', status === 'COMPLETED' ? job.videoUrl : 'none');
    // Keep it to resume from here next time.
    console.log('Cursor:', cursor);
    break;
  }
} catch (error) {
  fail(error);
}
