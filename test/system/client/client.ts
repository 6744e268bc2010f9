import type { OperationName } from '../../client/operations.ts';
import type { Loose } from '../../world/gateway.ts';

/** A client library, set up as its users would. */
export type TestClient = {
  /** Runs a query or mutation and returns its data; rejects with the library's own error. */
  run(name: OperationName, variables: Record<string, unknown>): Promise<Loose>;
  /** Runs a subscription; `next` gets the data of every result. */
  watch(name: OperationName, variables: Record<string, unknown>, next: (data: Loose) => void): Watched;
  close(): Promise<void>;
};

/** A running subscription. */
export type Watched = {
  /** Fulfils when it completes; rejects with the library's own error. */
  readonly ended: Promise<void>;
  stop(): void;
};

/** A library's rejection, as an Error with all its details. */
export function errorOf(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(JSON.stringify(reason));
}

/** Creates a client of the gateway at this URL (without a path), with these credentials. */
export type OpenClient = (url: string, credentials: () => Record<string, string>) => Promise<TestClient>;
