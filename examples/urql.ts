// One video with urql; README.md says how to run it.
import { randomUUID } from 'node:crypto';
import { createReelgate } from '@reelgate/client';
import { reelgateExchange } from '@reelgate/client/urql';
import { Client, type CombinedError, cacheExchange } from '@urql/core';
import { WebSocket } from 'ws';
import { type Feed, feed, type Generated, generate, isEnded } from './operations.ts';

const { URL: url = 'http://127.0.0.1:4000/graphql', TOKEN: token, CURSOR: lastCursor = null } = process.env;

const [prompt = 'Two people shaking hands'] = process.argv.slice(2);

// A page passes a function that gets a token from its backend, and leaves `webSocket` out.
const reelgate = createReelgate({ url, token, webSocket: WebSocket });

const client = new Client({ url, preferGetMethod: false, exchanges: [cacheExchange, reelgateExchange(reelgate)] });

// One key per intent, such as the id of an order. Sent as externalId, it also identifies our job in the feed.
const key = randomUUID();

let isRequested = false;

async function generateVideo(): Promise<void> {
  isRequested = true;
  const input = { prompt, idempotencyKey: key, externalId: key };
  const send = () => client.mutation<Generated>(generate, { input }).toPromise();
  let response = await send();
  // A lost response is not a refusal. The same key ensures that repeating the request makes no second video.
  if (response.error?.networkError !== undefined) response = await send();
  if (response.error !== undefined) return fail(sentenceOf(response.error));
  const { code, message } = response.data?.generateVideo ?? {};
  if (code !== undefined) fail(`${code}: ${message}`);
}

/** The gateway's own sentence: urql's message has a mark before it. */
function sentenceOf({ networkError, graphQLErrors, message }: CombinedError): string {
  return networkError?.message ?? graphQLErrors[0]?.message ?? message;
}

function fail(reason: unknown): void {
  console.error('Failed:', reason);
  process.exitCode = 1;
  subscription.unsubscribe();
}

const results = client.subscription<Feed>(feed, { after: lastCursor });

const subscription = results.subscribe(({ data, error }) => {
  if (error !== undefined) return fail(sentenceOf(error));
  if (data === undefined) return;
  const { __typename: kind, cursor, status, message, job } = data.jobEvents;
  if (kind === 'FeedReset') console.log('The cursor is too old: read "jobs" again.');
  // You have received everything you missed. FeedLive arrives again after each reconnect.
  if (kind === 'FeedLive' && !isRequested) generateVideo().catch(fail);
  if (job?.externalId !== key) return;
  console.log(status, message);
  if (!isEnded(status)) return;
  // The link stays the same for ever: store it, or put it into <video src>.
  console.log('Video:', status === 'COMPLETED' ? job.videoUrl : 'none');
  // Keep it to resume from here next time.
  console.log('Cursor:', cursor);
  subscription.unsubscribe();
});
