import { createServer, type Server } from 'node:http';
import { createMetrics } from '../adapter/metrics/prometheus.ts';
import type { MetricsConfig } from '../config/metrics.ts';
import { readVersion } from '../lib/package.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Clock, Log } from '../ports.ts';
import { listenAt, stopListening } from '../server/listen.ts';

/** Creates what counts. Where nobody would read it, the ports stay as they are and nothing is counted. */
export function openMetrics(config: MetricsConfig, clock: Clock): Metrics {
  if (config.token === null && config.port === null) return noMetrics;
  return createMetrics({ version: readVersion(), clock });
}

/** Counts nothing. */
export const noMetrics: Metrics = {
  store: (store) => store,
  provider: (_, provider) => provider,
  answered: () => undefined,
  limitHit: () => undefined,
  watch: () => undefined,
  watchAccount: () => undefined,
  scrape: () => Promise.resolve({ text: '', contentType: 'text/plain' }),
};

/**
 * Shows metrics on a port of their own, for scrapers of this machine only; null: on none. Rejects with a ListenError where it cannot
 * listen.
 */
export async function listenForScrapes(
  metrics: Metrics,
  port: number | null,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<{ close(): Promise<void> }> {
  if (port === null) return { close: () => Promise.resolve() };
  const server: Server = createServer((request, response) => {
    metrics.scrape().then(
      ({ text, contentType }) => {
        response.writeHead(request.url === '/metrics' ? 200 : 404, { 'content-type': contentType });
        response.end(request.url === '/metrics' ? text : 'Metrics are at /metrics.\n');
      },
      (error: unknown) => {
        log.error({ err: error }, 'A scrape of metrics failed.');
        response.writeHead(500).end();
      },
    );
  });
  const bound = await listenAt(server, '127.0.0.1', port, 'METRICS_PORT');
  log.info({ url: `http://127.0.0.1:${bound}/metrics` }, 'Metrics are shown to this machine.');
  return { close: () => stopListening(server, clock) };
}
