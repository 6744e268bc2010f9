import { Gauge, type Registry } from 'prom-client';
import type { AccountGauges } from '../../ports/metrics.ts';

/** Adds the gauges of the operator's account and of the request budget. A series appears once its amount is known. */
export function createAccountMetrics(registry: Registry): (gauges: AccountGauges) => void {
  let gauges: AccountGauges | null = null;
  const gauge = (name: string, help: string, read: (from: AccountGauges) => number | null) =>
    new Gauge({
      name,
      help,
      labelNames: ['environment'],
      registers: [registry],
      collect() {
        const value = gauges === null ? null : read(gauges);
        if (value === null) this.reset();
        else this.set({ environment: 'LIVE' }, value);
      },
    });
  gauge(
    'reelgate_provider_credits',
    "Credits left on the operator's account at the provider, in the provider's credits, as this node heard last.",
    ({ credits }) => credits(),
  );
  gauge('reelgate_provider_low_credits', 'The setting SEGMIND_LOW_CREDITS.', ({ lowCredits }) => lowCredits);
  gauge(
    'reelgate_request_budget_available',
    'Requests to the provider that may go out now, of all nodes together, as this node knows; 0 while the provider asks for a pause.',
    ({ budget }) => budget(),
  );
  return (given) => {
    gauges = given;
  };
}
