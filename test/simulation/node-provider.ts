import { pollResultOf } from '../../src/adapter/provider/segmind/poll-response.ts';
import { createRedact } from '../../src/adapter/provider/segmind/redact.ts';
import { createRoutes } from '../../src/adapter/provider/segmind/routes.ts';
import { submitResultOf } from '../../src/adapter/provider/segmind/submit-response.ts';
import { createThrottle } from '../../src/adapter/provider/segmind/throttle.ts';
import type { Clock, Provider } from '../../src/ports.ts';
import type { NodeDeps } from './node.ts';
import type { Sender } from './provider.ts';
import { providerUrl } from './provider-response.ts';

const redact = createRedact('SG_0123456789abcdef');

const routes = createRoutes(providerUrl, '67c6b3b9f6cf2bb5a9b16b3e-v8', redact);

/** A node's provider: the real client reads the responses, and the simulation replaces the sockets. */
export function createNodeProvider({ name, world, hazard }: NodeDeps, clock: Clock): Provider {
  const throttle = createThrottle(clock);
  const context = (prompt: string) => ({
    now: clock.now(),
    fileLifetimeMs: 7 * 86_400_000,
    redact,
    origin: providerUrl,
    prompt,
  });

  return {
    submit: (job, mayBegin) =>
      hazard.call('submit', async () => {
        const sender: Sender = {
          name,
          pass: hazard.pass,
          wasPausedAt: hazard.wasPausedAt,
          async mayBegin() {
            if (!mayBegin()) return false;
            const row = await world.database.store.findJob(job.id);
            if (row?.state !== 'SUBMITTING' || row.version !== job.version) {
              const what = `${name} begins to send ${job.id}, which is ${row?.state} at version ${row?.version}`;
              world.observations.violations.push({ invariant: 'sent only while claimed', what });
            }
            return true;
          },
        };
        const outcome = await world.provider.submit(job, sender);
        return submitResultOf(outcome, { ...context(job.prompt), routes, retryAt: throttle.retryAt });
      }),
    poll: (job) =>
      hazard.call('poll', async () => {
        const outcome = await world.provider.poll(job);
        if (outcome.type !== 'answered') return { event: { type: 'fault' }, retryAt: null };
        const { status, headers } = outcome.response;
        const result = pollResultOf(outcome.response, job.requestId, context(job.prompt));
        return { ...result, retryAt: status === 429 ? throttle.retryAt(headers) : null };
      }),
  };
}
