import type { Job } from '../../../domain/job.ts';
import { readScriptCall, scriptPrefix } from '../../../domain/sandbox-prompt.ts';
import type { Provider } from '../../../ports.ts';
import { scriptOf } from './script.ts';

/**
 * The sandbox's client with what a prompt orders beside the provider's API. `@test/stuck:10s` sets the job's deadline. The words of
 * `@test/fail:…` are the provider's own; in the prompt of an ordinary job they would be left out as its echo.
 */
export function withScripts<Client extends Provider>(client: Client): Client {
  return {
    ...client,
    async submit(job, mayBegin) {
      const result = await client.submit(job, mayBegin);
      const deadlineMs = deadlineMsOf(job);
      return result.type === 'accepted' && deadlineMs !== null ? { ...result, deadlineMs } : result;
    },
    poll: (job) => client.poll(job.prompt.startsWith(scriptPrefix) ? { ...job, prompt: '' } : job),
  };
}

/** How long the gateway waits for a job according to its prompt; null if the prompt does not say. */
function deadlineMsOf({ prompt }: Job): number | null {
  const call = readScriptCall(prompt);
  return call === null || call === 'unknown' || !scriptOf(call.name).setsDeadline ? null : call.timeMs;
}
