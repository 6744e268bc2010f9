import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { generate, watchJob } from '../../gateway/operations.ts';
import { type HttpResponse, request, tokenOf } from '../../world/gateway.ts';
import type { Nodes } from './nodes.ts';

/** What a subscriber saw of a job, in order: its version and status. */
export type Seen = { readonly jobId: string; readonly frames: readonly Frame[] };

type Frame = { readonly version: number; readonly status: string };

/** A user with one socket to each node, who repeats what was not answered and comes back at any node when one is gone. */
export type User = {
  readonly owner: string;
  /** Asks for a video until a job is stored; fulfils with its id. The key is the prompt, so that the provider's side can be matched. */
  wish(key: string): Promise<string>;
  /** Watches a job until the server says that there is no more to come. */
  watch(jobId: string): Promise<Seen>;
  close(): Promise<void>;
};

const tryAgainMs = 200;

/** With the pause between: far longer than anything is away. */
const mostTries = 500;

/** A user whose sockets begin at one node each; `count` of them. */
export async function createUser(owner: string, nodes: Nodes, count: number): Promise<User> {
  const token = await tokenOf(owner);
  const sockets = Array.from({ length: count }, (_, index) => openSocket(nodes, index, token));
  let watches = 0;
  return {
    owner,
    async wish(key) {
      const input = { prompt: key, idempotencyKey: key };
      for (let tries = 0; tries < mostTries; tries += 1) {
        const url = nodes.anyUrl();
        const jobId = jobIdIn(await request({ url }, generate, { input }, token).catch(() => null));
        if (jobId !== null) return jobId;
        await sleep(tryAgainMs);
      }
      throw new Error(`Nobody answered the wish ${key}`);
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

/** Collects what is shown of a job; true when it was the end of it, false where the gateway could not read it and said so. */
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

/** What clients are told while the database is away. */
function isOurFault(errors: unknown): boolean {
  return JSON.stringify(errors).includes('INTERNAL_SERVER_ERROR');
}

/** Null where there was no answer, or one that blames the gateway. Any other that names no job is none that this test may see. */
function jobIdIn(answer: HttpResponse | null): string | null {
  if (answer === null || isOurFault(answer.errors ?? [])) return null;
  const result = answer.data?.generateVideo;
  const job = result?.job ?? result?.failedJob;
  if (job === undefined) throw new Error(`Not an answer to a wish: ${JSON.stringify(answer)}`);
  return String(job.id);
}
