import { useCallback, useEffect, useRef, useState } from 'react';
import type { Failure, GenerateVideoInput, GenerateVideoResult, Job } from '../schema.ts';
import { useReelgate } from './context.tsx';

/** What has become of a request for a video. */
export type Generation =
  | { readonly status: 'idle'; readonly job: null; readonly failure: null; readonly error: null }
  | { readonly status: 'pending'; readonly job: null; readonly failure: null; readonly error: null }
  | { readonly status: 'done'; readonly job: Job; readonly failure: null; readonly error: null }
  /** `failure`: an expected one, such as missing credits. `error`: no answer came; the same request again makes no second video. */
  | { readonly status: 'failed'; readonly job: null; readonly failure: Failure; readonly error: null }
  | { readonly status: 'failed'; readonly job: null; readonly failure: null; readonly error: Error };

const blank = { job: null, failure: null, error: null };
const idle: Generation = { ...blank, status: 'idle' };
const pending: Generation = { ...blank, status: 'pending' };

/** The result of `useGenerate`. */
export type UseGenerate = Generation & {
  /** Requests a video. A second click makes no second one. Never rejects. */
  readonly generate: (input: GenerateVideoInput) => Promise<void>;
  /** Back to `idle`, also for the page after a reload. A job that was requested goes on. */
  readonly reset: () => void;
};

/**
 * Requests videos. If the page was reloaded less than five minutes after a request, and before an answer or an error was there, it asks
 * again for what was asked for last. Give each form that may stand on the same page an `intent` of its own.
 */
export function useGenerate({ intent }: { readonly intent?: string | undefined } = {}): UseGenerate {
  const client = useReelgate();
  const [generation, become] = useState<Generation>(idle);
  const newest = useRef(0);

  const generate = useCallback(
    async (input: GenerateVideoInput) => {
      newest.current += 1;
      const own = newest.current;
      become(pending);
      const next = await client.generate(input, { intent }).then(answered, unanswered);
      if (newest.current === own) become(next);
    },
    [client, intent],
  );

  const reset = useCallback(() => {
    newest.current += 1;
    client.forget(intent);
    become(idle);
  }, [client, intent]);

  useEffect(() => {
    const input = client.pending(intent).at(-1);
    // What was asked for before that one was given up for it.
    client.forget(intent);
    // It never rejects.
    if (input !== undefined) generate(input).catch(() => undefined);
  }, [client, intent, generate]);

  return { ...generation, generate, reset };
}

function answered(result: GenerateVideoResult): Generation {
  return result.__typename === 'GenerateVideoSuccess'
    ? { ...blank, status: 'done', job: result.job }
    : { ...blank, status: 'failed', failure: result };
}

function unanswered(error: Error): Generation {
  return { ...blank, status: 'failed', error };
}
