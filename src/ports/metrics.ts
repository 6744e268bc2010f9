import type { Environment } from '../domain/job.ts';
import type { Provider, Store } from '../ports.ts';

/** One answered HTTP request. `route`: one of a fixed list, such as /videos/{file}, never a path with an id. */
type AnsweredRequest = {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
};

/** The limits that users or this process can reach: per user, per address without a token, and on open files. */
export const limitKinds = [
  'jobs_per_minute',
  'jobs_in_flight',
  'sockets',
  'socket_subscriptions',
  'streams',
  'requests',
  'anonymous_requests',
  'files',
] as const;

/** One of them. */
export type LimitKind = (typeof limitKinds)[number];

/** What is read at each scrape. */
export type Gauges = {
  readonly sockets: () => number;
  readonly subscriptions: () => number;
};

/** What is read at each scrape of the operator's account at the provider, in the provider's credits, and of the request budget. */
export type AccountGauges = {
  readonly credits: () => number | null;
  /** The setting; null if it is unset. */
  readonly lowCredits: number | null;
  readonly budget: () => number | null;
};

/** Counts what happens and shows it to Prometheus. */
export interface Metrics {
  /** The same store; what it commits is counted. */
  readonly store: (store: Store) => Store;
  /** The same provider; its requests are counted and timed. */
  readonly provider: (environment: Environment, provider: Provider) => Provider;
  /** Counts an answered request. */
  readonly answered: (request: AnsweredRequest) => void;
  /** Counts that a limit was hit. */
  readonly limitHit: (kind: LimitKind) => void;
  /** Sets where gauges are read. */
  readonly watch: (gauges: Gauges) => void;
  /** Sets where the gauges of the account and the budget are read. */
  readonly watchAccount: (gauges: AccountGauges) => void;
  /** The text that Prometheus scrapes, and its content type. Rejects if the database cannot be read. */
  readonly scrape: () => Promise<{ readonly text: string; readonly contentType: string }>;
}
