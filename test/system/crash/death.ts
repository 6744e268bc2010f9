import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { answer, type ProviderScript } from '../../world/provider.ts';

/** What a gateway dies of, each time at the n-th occasion of its life (n is 1, 2, 3, 1, …, so that other jobs are at other steps). */
export type Death =
  /** Its own doing: see src/app/fault-injectors.ts. With `:n` it is always the n-th occasion. */
  | { readonly failpoint: string }
  /** The provider's, in the middle of a POST: read, not taken; taken, not answered; with half its answer sent, or all of it. */
  | { readonly post: 'read' | 'taken' | 'half answered' | 'answered' }
  /** The provider's, in the middle of a look: not answered, with half its answer sent, or with all of the last one. */
  | { readonly poll: 'unanswered' | 'half answered' | 'ended' }
  /** Nobody's: some milliseconds after it was ready. */
  | { readonly afterMs: (life: number) => number };

/** When a provider kills, and how. */
export type Killing = {
  readonly death: Extract<Death, { post: string } | { poll: string }>;
  readonly occasion: number;
  readonly kill: () => Promise<void>;
  /** The provider's own. */
  readonly url: string;
};

/** How a provider behaves that kills whoever asks it. */
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
      // The provider of these tests has a video at the third look.
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

/** Fulfils when the answer has been handed to the network. */
async function sendAll(response: ServerResponse, body: unknown): Promise<void> {
  const finished = once(response, 'finish');
  answer(response, 200, body);
  await finished;
}

/** Fulfils when the first half has been. */
async function sendHalf(response: ServerResponse, body: unknown): Promise<void> {
  const text = JSON.stringify(body);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
  await new Promise<void>((resolve) => {
    response.write(text.slice(0, text.length / 2), () => resolve());
  });
}
