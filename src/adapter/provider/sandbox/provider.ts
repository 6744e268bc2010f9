import { readScriptCall, scriptPrefix } from '../../../domain/sandbox-prompt.ts';
import type { Provider } from '../../../ports.ts';
import { lifeMsOf, scriptOf } from './script.ts';

/**
 * The sandbox's client with what a prompt orders beside the provider's API. `@test/stuck:10s` sets the job's deadline, and `@test/slow:4m`
 * says how long it takes. The words of `@test/fail:…` are the provider's own; in the prompt of an ordinary job they would be left out as
 * its echo.
 */
export function withScripts<Client extends Provider>(client: Client): Client {
  return {
    ...client,
    async submit(job, mayBegin) {
      const result = await client.submit(job, mayBegin);
      return result.type === 'accepted' ? { ...result, ...timesOf(job.prompt) } : result;
    },
    poll: (job) => client.poll(job.prompt.startsWith(scriptPrefix) ? { ...job, prompt: '' } : job),
  };
}

/** How long the gateway waits for a job, and how long the job takes, as far as its prompt says. */
function timesOf(prompt: string): { readonly deadlineMs?: number; readonly knownMs?: number } {
  const call = readScriptCall(prompt);
  if (call === null || call === 'unknown') return {};
  const { setsDeadline, isPunctual } = scriptOf(call.name);
  const knownMs = isPunctual ? lifeMsOf(call) : null;
  return {
    ...(setsDeadline && call.timeMs !== null ? { deadlineMs: call.timeMs } : {}),
    ...(knownMs === null ? {} : { knownMs }),
  };
}
