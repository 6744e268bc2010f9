import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { type ProviderScript, respond } from '../../world/provider.ts';

/**
 * A cause of a gateway's death, each time at the n-th occasion of its life. n is 1, 2, 3, 1, …, so that jobs differ in how far they are.
 */
export type Death =
  /** A failpoint of its own: see src/app/fault-injectors.ts. With `:n` it is always the n-th occasion. */
  | { readonly failpoint: string }
  /** By the provider during a POST: read but not taken; taken but no response; half a response sent, or all of it. */
  | { readonly post: 'read' | 'taken' | 'half answered' | 'answered' }
  /** By the provider during a poll: no response, half a response, or all of the last one. */
  | { readonly poll: 'unanswered' | 'half answered' | 'ended' }
  /** By a timer: this many milliseconds after it was ready. */
  | { readonly afterMs: (life: number) => number };

/** When a provider kills, and how. */
export type Killing = {
  readonly death: Extract<Death, { post: string } | { poll: string }>;
  readonly occasion: number;
  readonly kill: () => Promise<void>;
  /** The provider itself. */
  readonly url: string;
};

/** The script of a provider that kills its caller. */
export function scriptOf({ death, occasion, kill, url }: Killing): ProviderScript {
  let occasions = 0;
  const isTime = () => {
    occasions += 1;
    return occasions === occasion;
  };
  if ('post' in death) {
    return {
      async submit(_submission, response, accept) {
        if (!isTime()) return false;
        if (death.post !== 'read') {
          const body = acceptance(url, accept());
          if (death.post === 'half answered') await sendHalf(response, body);
          if (death.post === 'answered') await sendAll(response, body);
        }
        await kill();
        response.destroy();
        return true;
      },
    };
  }
  return {
    poll({ requestId, polls }, response) {
      // The provider of these tests has a video at the third poll.
      if ((death.poll === 'ended' && polls < 3) || !isTime()) return false;
      answerPoll(death.poll, requestId, response)
        .then(kill)
        .then(
          () => response.destroy(),
          () => response.destroy(),
        );
      return true;
    },
  };
}

async function answerPoll(
  how: Extract<Death, { poll: string }>['poll'],
  requestId: string,
  response: ServerResponse,
): Promise<void> {
  if (how === 'half answered') await sendHalf(response, { status: 'PROCESSING', output: '' });
  const output = `https://images.segmind.com/${requestId}/x.mp4`;
  if (how === 'ended') await sendAll(response, { status: 'COMPLETED', output });
}

function acceptance(url: string, id: string): unknown {
  return { message: 'queued', request_id: id, status: 'QUEUED', poll_url: `${url}/workflows/request/${id}` };
}

/** Fulfils when the response has been handed to the network. */
async function sendAll(response: ServerResponse, body: unknown): Promise<void> {
  const finished = once(response, 'finish');
  respond(response, 200, body);
  await finished;
}

/** Fulfils when its first half has been handed to the network. */
async function sendHalf(response: ServerResponse, body: unknown): Promise<void> {
  const text = JSON.stringify(body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
  await new Promise<void>((resolve) => {
    response.write(text.slice(0, text.length / 2), () => resolve());
  });
}
