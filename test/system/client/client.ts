import type { OperationName } from '../../client/operations.ts';
import type { Loose } from '../../world/gateway.ts';

/** A client library, set up as its users would. */
export type TestClient = {
  /** Runs a query or mutation and answers its data; rejects with what the library makes of errors. */
  run(name: OperationName, variables: Record<string, unknown>): Promise<Loose>;
  /** Runs a subscription; `next` gets the data of every result. */
  watch(name: OperationName, variables: Record<string, unknown>, next: (data: Loose) => void): Watched;
  close(): Promise<void>;
};

/** A subscription that runs. */
export type Watched = {
  /** Fulfils when it completes; rejects with what the library makes of an error. */
  readonly ended: Promise<void>;
  stop(): void;
};

/** What a library rejects with, as an Error that says all of it. */
export function errorOf(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(JSON.stringify(reason));
}

/** Makes a client of the gateway at this URL (without a path), for whoever these credentials name. */
export type OpenClient = (url: string, credentials: () => Record<string, string>) => Promise<TestClient>;
