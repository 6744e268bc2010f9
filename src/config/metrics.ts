import type { Settings } from './env.ts';

/** Where metrics are shown; both null: nowhere, and nothing is counted. */
export type MetricsConfig = {
  /** What a scrape of /metrics must show as a bearer token; null: /metrics does not exist. */
  readonly token: string | null;
  /** A port of its own on 127.0.0.1, which needs no token. */
  readonly port: number | null;
};

/** Reads METRICS_TOKEN and METRICS_PORT. */
export function readMetrics({ secret, text, whole, refuse }: Settings): MetricsConfig {
  const token = secret('METRICS_TOKEN');
  if (token !== null && !/^[\x21-\x7e]{16,}$/.test(token))
    refuse('METRICS_TOKEN', 'must have at least 16 characters, all of them printable ASCII without spaces.');
  const port = text('METRICS_PORT') === null ? null : whole('METRICS_PORT', { min: 0, max: 65_535, byDefault: 0 });
  return { token, port };
}
