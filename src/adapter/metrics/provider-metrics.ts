import { Counter, Histogram, type Registry } from 'prom-client';
import type { Environment } from '../../domain/job.ts';
import type { Provider } from '../../ports.ts';

/** Wraps providers so that their requests are counted and timed. */
export type ProviderMetrics = (environment: Environment, provider: Provider) => Provider;

/** A submit may take 10 s. */
const buckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

/** Adds the metrics of provider requests to a registry. `now`: monotonic milliseconds. */
export function createProviderMetrics(registry: Registry, now: () => number): ProviderMetrics {
  const registers = [registry];
  const requests = new Counter({
    name: 'reelgate_provider_requests_total',
    help: 'Requests to the provider by kind (submit, poll) and by what came of them.',
    labelNames: ['environment', 'kind', 'result'],
    registers,
  });
  const seconds = new Histogram({
    name: 'reelgate_provider_request_seconds',
    help: 'How long requests to the provider took.',
    labelNames: ['environment', 'kind'],
    buckets,
    registers,
  });

  return (environment, provider) => {
    const note = (kind: 'submit' | 'poll', result: string, startedAt: number) => {
      requests.inc({ environment, kind, result });
      seconds.observe({ environment, kind }, Math.max(0, now() - startedAt) / 1000);
    };
    return {
      ...provider,
      async submit(job, mayBegin) {
        const startedAt = now();
        const result = await provider.submit(job, mayBegin);
        note('submit', result.type, startedAt);
        return result;
      },
      async poll(job) {
        const startedAt = now();
        const response = await provider.poll(job);
        note('poll', response.retryAt === null ? response.event.type : 'rateLimited', startedAt);
        return response;
      },
    };
  };
}
