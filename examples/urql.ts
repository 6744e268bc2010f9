// One video with urql; README.md says how to run it.
import { randomUUID } from 'node:crypto';
import { Client, cacheExchange, fetchExchange, subscriptionExchange } from '@urql/core';
import type { Sink } from 'graphql-ws';
import { type Feed, feed, type Generated, generate, isEnded } from './operations.ts';
import { createSocket } from './socket.ts';

const { URL: url = 'http://127.0.0.1:4000/graphql', TOKEN: token, CURSOR: lastCursor = null } = process.env;

const [prompt = 'Two people shaking hands'] = process.argv.slice(2);

// An application answers with a fresh token here, for every request and every connection.
const credentials = (): Record<string, string> => (token === undefined ? {} : { authorization: `Bearer ${token}` });

const socket = createSocket(url, credentials);

const client = new Client({
  url,
  fetchOptions: () => ({ headers: credentials() }),
  exchanges: [
    cacheExchange,
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query = '', variables }) => ({
        subscribe(sink) {
          // Two libraries' names for one thing: only exactOptionalPropertyTypes tells them apart.
          const observer = sink as Sink;
          return { unsubscribe: socket.subscribe({ query, variables }, observer) };
        },
      }),
    }),
  ],
});

// One key per wish, such as the id of an order. As externalId it also tells our job from the others in the feed.
const key = randomUUID();

let asked = false;

async function generateVideo(): Promise<void> {
  asked = true;
  const input = { prompt, idempotencyKey: key, externalId: key };
  const ask = () => client.mutation<Generated>(generate, { input }).toPromise();
  let answer = await ask();
  // No answer is no refusal. The same key makes sure that asking again makes no second video.
  if (answer.error?.networkError !== undefined) answer = await ask();
  if (answer.error !== undefined) return fail(answer.error.message);
  const { code, message } = answer.data?.generateVideo ?? {};
  if (code !== undefined) fail(`${code}: ${message}`);
}

function fail(reason: unknown): void {
  console.error('Failed:', reason);
  process.exitCode = 1;
  subscription.unsubscribe();
}

const results = client.subscription<Feed>(feed, { after: lastCursor });

const subscription = results.subscribe(({ data, error }) => {
  if (error !== undefined) return fail(error.networkError ?? error.message);
  if (data === undefined) return;
  const { __typename: kind, cursor, status, message, job } = data.jobEvents;
  if (kind === 'FeedReset') console.log('Too much was missed: read "jobs" again.');
  // Everything missed has been sent. It comes again after each break of the connection.
  if (kind === 'FeedLive' && !asked) generateVideo().catch(fail);
  if (job?.externalId !== key) return;
  console.log(status, message);
  if (!isEnded(status)) return;
  console.log('Video:', job.video?.url ?? 'none');
  // Whoever keeps it goes on from here the next time.
  console.log('Cursor:', cursor);
  subscription.unsubscribe();
});
