import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { generate, watchJob } from '../../gateway/operations.ts';
import { type HttpResponse, request, tokenOf } from '../../world/gateway.ts';
import type { Nodes } from './nodes.ts';

/** What a subscriber saw of a job, in order: versions and statuses. */
export type Seen = { readonly jobId: string; readonly frames: readonly Frame[] };

type Frame = { readonly version: number; readonly status: string };

/** A user with one socket to each node. It repeats requests without a response, and reconnects to any node when one is gone. */
export type User = {
  readonly owner: string;
  /** Requests a video until a job is stored; fulfils with its id. The key is the prompt, so that the provider's side can be matched. */
  requestVideo(key: string): Promise<string>;
  /** Watches a job until the server completes the subscription. */
  watch(jobId: string): Promise<Seen>;
  close(): Promise<void>;
};

const tryAgainMs = 200;

/** With the pauses in between this is far longer than any outage. */
const mostTries = 500;

/** Creates `count` users; each socket first connects to its own node. */
export async function createUser(owner: string, nodes: Nodes, count: number): Promise<User> {
  const token = await tokenOf(owner);
  const sockets = Array.from({ length: count }, (_, index) => openSocket(nodes, index, token));
  let watches = 0;
  return {
    owner,
    async requestVideo(key) {
      const input = { prompt: key, idempotencyKey: key };
      for (let tries = 0; tries < mostTries; tries += 1) {
        const url = nodes.anyUrl();
        const jobId = jobIdIn(await request({ url }, generate, { input }, token).catch(() => null));
        if (jobId !== null) return jobId;
        await sleep(tryAgainMs);
      }
      throw new Error(`No response to the request for ${key}`);
    },
    async watch(jobId) {
      const socket = sockets[watches++ % count];
      if (socket === undefined) throw new Error('A user needs a socket');
      const frames: Frame[] = [];
      for (let tries = 0; tries < mostTries; tries += 1) {
        if (await watchOnce(socket, jobId, frames)) return { jobId, frames };
        await sleep(tryAgainMs);
      }
      throw new Error(`Nobody showed the job ${jobId} to its end`);
    },
    async close() {
      for (const socket of sockets) await socket.dispose();
    },
  };
}

function openSocket(nodes: Nodes, index: number, token: string): Client {
  return createClient({
    url: () => `${nodes.urlOf(index).replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: mostTries,
    retryWait: () => sleep(tryAgainMs),
    shouldRetry: () => true,
  });
}

/** Collects the results of a job. Returns true at its end, false if the gateway reported that it could not read the job. */
function watchOnce(socket: Client, jobId: string, frames: Frame[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let isWhole = true;
    const refuse = (errors: unknown) => {
      isWhole = false;
      if (!isOurFault(errors)) reject(new Error(`A job could not be watched: ${JSON.stringify(errors)}`));
    };
    socket.subscribe<{ jobUpdated: Frame }>(
      { query: watchJob, variables: { id: jobId } },
      {
        next({ data, errors }) {
          if (data) frames.push({ version: data.jobUpdated.version, status: data.jobUpdated.status });
          else refuse(errors);
        },
        error(errors) {
          refuse(errors);
          resolve(false);
        },
        complete: () => resolve(isWhole),
      },
    );
  });
}

/** The errors that clients get while the database is down. */
function isOurFault(errors: unknown): boolean {
  return JSON.stringify(errors).includes('INTERNAL_SERVER_ERROR');
}

/** Null without a response, or if the response reports a gateway fault. Any other response without a job fails the test. */
function jobIdIn(response: HttpResponse | null): string | null {
  if (response === null || isOurFault(response.errors ?? [])) return null;
  const result = response.data?.generateVideo;
  const job = result?.job ?? result?.failedJob;
  if (job === undefined) throw new Error(`Not a response to generateVideo: ${JSON.stringify(response)}`);
  return String(job.id);
}
