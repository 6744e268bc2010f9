import type { ConnectionState } from './connection.ts';
import { fetchWithToken, type Operation, type Result, request, requestOnce } from './http.ts';
import { createIntents, type KeyStorage } from './intent.ts';
import { iterate } from './iterate.ts';
import { accountIn, type FeedEvent, type FeedOptions, type Query, watchAccount, watchFeed, watchJob } from './live.ts';
import * as operations from './operations.ts';
import {
  type CancelJobResult,
  type CreditAccount,
  type DeleteJobResult,
  failureTypes,
  type GenerateVideoInput,
  type GenerateVideoResult,
  type Job,
  type JobFilter,
  type Quote,
  type RetryJobResult,
} from './schema.ts';
import { createTokens, type TokenSource } from './token.ts';
import { createTransport } from './transport.ts';
import type { Way } from './way.ts';

/** Where the gateway is and who calls it. */
export type ReelgateOptions = {
  /** The gateway's endpoint, such as `https://video.example.com/graphql`; in a browser also a path of the page's own origin. */
  readonly url: string;
  /** A token, or a function that gets one from your backend. It is called again when the gateway refuses the token. */
  readonly token?: TokenSource;
  /** Separates what is kept for different users of one tab. Pass the user's id if users can change without a reload. */
  readonly user?: string | undefined;
  /** Where idempotency keys outlive a reload. Default: `sessionStorage`, if there is one; null keeps them in memory. */
  readonly storage?: KeyStorage | null | undefined;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** The class of WebSockets. Default: the global one; without one, as in Node 20, subscriptions are server-sent events. */
  readonly webSocket?: unknown;
};

/** Ends a wait early. The request itself may have been received. */
export type SignalOption = { readonly signal?: AbortSignal | undefined };

/** `intent`: a name that tells this wish from an equal one, such as the id of a form or of an order. */
export type GenerateOptions = SignalOption & { readonly intent?: string | undefined };

/** Which jobs to read: `first` at most, behind the cursor `after`. */
export type JobsOptions = SignalOption & {
  readonly first?: number | undefined;
  readonly after?: string | null | undefined;
  readonly filter?: JobFilter | undefined;
};

/** A page of jobs, newest first. Pass `endCursor` as `after` for the next one; null on the last. */
export type JobPage = { readonly jobs: readonly Job[]; readonly endCursor: string | null };

/** A client of one gateway for one user. Every method throws a ReelgateError if no result comes. */
export type Reelgate = {
  /**
   * Requests a video. The result is the job, or a failure: `__typename` says which. The same input asked for again before the answer is
   * known, even after an error or a reload, is the same job: a double click buys one video.
   */
  generate(input: GenerateVideoInput, options?: GenerateOptions): Promise<GenerateVideoResult>;
  /**
   * Inputs of the last five minutes that have neither an answer nor an error yet, as after a reload; the newest last. Call `generate` with
   * them again to learn of their jobs.
   */
  pending(intent?: string): readonly GenerateVideoInput[];
  /** Takes these off `pending`, so that nothing asks for them by itself. Asked for again, the same input is still the same job. */
  forget(intent?: string): void;
  /** Requests the video of a FAILED or CANCELED job again: a new job, or the one that an earlier retry made. */
  retry(id: string, options?: SignalOption & { readonly maxCredits?: number | undefined }): Promise<RetryJobResult>;
  cancel(id: string, options?: SignalOption): Promise<CancelJobResult>;
  /** Deletes prompt, reference and video of a job that has ended, for good. */
  delete(id: string, options?: SignalOption): Promise<DeleteJobResult>;
  /** Null if there is no such job. */
  job(id: string, options?: SignalOption): Promise<Job | null>;
  jobs(options?: JobsOptions): Promise<JobPage>;
  credits(options?: SignalOption): Promise<CreditAccount>;
  quote(options?: SignalOption): Promise<Quote>;
  /** The states of a job: now, and every newer one. Ends after the final state, and without an error when `signal` aborts. */
  watch(id: string, options?: SignalOption): AsyncGenerator<Job, void, void>;
  /** The account: now, and after every change. */
  watchCredits(options?: SignalOption): AsyncGenerator<CreditAccount, void, void>;
  /** Every state change of all jobs, in order: none is missed and none arrives twice, whatever happens to the connection. */
  feed(options?: FeedOptions): AsyncGenerator<FeedEvent, void, void>;
  /** Runs a query or mutation of your own and returns its data. Repeats it if the response is lost: give mutations an idempotency key. */
  request(operation: Operation, options?: SignalOption): Promise<unknown>;
  /** Runs a subscription of your own. jobEvents resumes after the last `cursor`, whatever the operation calls its parts. */
  subscribe(operation: Operation, options?: SignalOption): AsyncGenerator<Result, void, void>;
  /** `fetch` with the token, which it renews after a 401; for other GraphQL clients. */
  readonly fetch: typeof globalThis.fetch;
  readonly url: string;
  /** How subscriptions reach this client at the moment. */
  readonly way: () => Way;
  /** Whether what subscriptions have brought is up to date: `lost` while the kit reconnects, `idle` before anything has arrived. */
  readonly connection: () => ConnectionState;
  /** Calls back after every change of `connection()`, until the returned function is called. */
  readonly onConnection: (listener: () => void) => () => void;
  /** Ends all that is watched, without an error, and closes the socket. */
  close(): void;
};

type Globals = {
  readonly WebSocket?: unknown;
  readonly sessionStorage?: KeyStorage;
  readonly location?: { readonly href: string };
};

// What browsers have; other programs lack some of it.
const globals = globalThis as Globals;

/** Creates a client. It connects when it is first used. */
export function createReelgate(options: ReelgateOptions): Reelgate {
  const { token, user = '', fetch = (input, init) => globalThis.fetch(input, init) } = options;
  // A page that is rendered on a server has no address of its own yet, and sends nothing.
  const url = globals.location === undefined ? options.url : new URL(options.url, globals.location.href).href;
  const connection = { url, tokens: createTokens(token), fetch };
  const webSocket = 'webSocket' in options ? options.webSocket : globals.WebSocket;
  const transport = createTransport(connection, webSocket);
  const storage = options.storage === undefined ? sessionStorageOf() : options.storage;
  const intents = createIntents(`reelgate ${url} ${user}`, storage);
  const query: Query = (text, variables, signal) => request(connection, { query: text, variables }, signal);
  // A poll that fails has to be known at once.
  const poll: Query = (text, variables, signal) => requestOnce(connection, { query: text, variables }, signal);

  /** The result of a mutation: the value of its only field. */
  const mutate = async (query: string, variables: Variables, signal?: AbortSignal, lost?: () => void) => {
    // A mutation's only field has an object.
    const data = (await request(connection, { query, variables }, signal, lost)) as Record<string, Typed>;
    const [result] = Object.values(data);
    const isUnknown = result !== undefined && 'code' in result && !failureTypes.includes(result.__typename);
    return isUnknown ? { ...result, __typename: 'UnknownFailure' } : result;
  };

  return {
    generate(input, { intent = '', signal } = {}) {
      const { idempotencyKey: own, ...rest } = input;
      const send = (idempotencyKey: string, lost?: () => void) =>
        mutate(operations.generateVideo, { input: { ...rest, idempotencyKey } }, undefined, lost);
      const answer = own ? send(own) : intents.run(intent, rest, send);
      // Each selection below has the fields of its type.
      return unlessAborted(answer, signal) as Promise<GenerateVideoResult>;
    },
    pending: (intent = '') => intents.pending(intent).map((text) => JSON.parse(text) as GenerateVideoInput),
    forget: (intent = '') => intents.forget(intent),
    retry: (id, { signal, maxCredits } = {}) =>
      mutate(operations.retryJob, { id, maxCredits }, signal) as Promise<RetryJobResult>,
    cancel: (id, { signal } = {}) => mutate(operations.cancelJob, { id }, signal) as Promise<CancelJobResult>,
    delete: (id, { signal } = {}) => mutate(operations.deleteJob, { id }, signal) as Promise<DeleteJobResult>,
    async job(id, { signal } = {}) {
      return ((await query(operations.jobQuery, { id }, signal)) as { readonly job: Job | null }).job;
    },
    async jobs({ first = 20, after = null, filter, signal } = {}) {
      const data = await query(operations.jobsQuery, { first, after, filter }, signal);
      return pageOf((data as { readonly jobs: Connection }).jobs);
    },
    async credits({ signal } = {}) {
      return accountIn(await query(operations.accountQuery, {}, signal));
    },
    async quote({ signal } = {}) {
      return ((await query(operations.quoteQuery, {}, signal)) as { readonly quote: Quote }).quote;
    },
    watch: (id, { signal } = {}) => watchJob(transport, poll, id, signal),
    watchCredits: ({ signal } = {}) => watchAccount(transport, poll, signal),
    feed: (feedOptions = {}) => watchFeed(transport, poll, feedOptions),
    request: (operation, { signal } = {}) => request(connection, operation, signal),
    subscribe: (operation, { signal } = {}) =>
      iterate<Result>((push, ended) => transport.run(operation, push, ended), signal),
    fetch: (input, init) => fetchWithToken(connection, input, init),
    url,
    way: transport.way,
    connection: transport.connection,
    onConnection: transport.onConnection,
    close: transport.close,
  };
}

type Variables = Readonly<Record<string, unknown>>;

type Typed = { readonly __typename: string };

type Connection = {
  readonly nodes: readonly Job[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
};

function pageOf({ nodes, pageInfo }: Connection): JobPage {
  return { jobs: nodes, endCursor: pageInfo.hasNextPage ? pageInfo.endCursor : null };
}

/** A browser that forbids storage throws when it is asked for it. */
function sessionStorageOf(): KeyStorage | null {
  try {
    return globals.sessionStorage ?? null;
  } catch {
    return null;
  }
}

/** The promise, or the reason of `signal` if that comes first. */
function unlessAborted<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
