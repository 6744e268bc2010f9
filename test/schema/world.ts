import { type ExecutionResult, graphql, parse, subscribe } from 'graphql';
import type { Context } from '../../schema/context.ts';
import { createSchema } from '../../schema/index.ts';
import type { JobEvent } from '../../src/domain/job.ts';
import type { Account, LedgerEntry } from '../../src/domain/ledger.ts';
import type { Gateway, Viewer } from '../../src/gateway/gateway.ts';
import { createVideoReads } from '../../src/gateway/video.ts';
import type { Page, Slice } from '../../src/ports.ts';
import { testVideos } from '../world/videos.ts';

const schema = createSchema();

/** The default viewer. */
export const ada: Viewer = { userId: 'ada', environment: 'TEST', roles: [], accountId: 'a1' };

/** Options of an operation in a test. */
export type Given = {
  readonly gateway?: Partial<Gateway>;
  readonly viewer?: Viewer | null;
  readonly variables?: Readonly<Record<string, unknown>>;
};

/** Runs a query or mutation against a gateway that has only the given methods. */
export function run(source: string, given: Given = {}): Promise<ExecutionResult> {
  return graphql({ schema, source, ...worldOf(given) });
}

/** Starts a subscription: returns the stream of its results, or the single result that refused it. */
export function watch(source: string, given: Given = {}) {
  return subscribe({ schema, document: parse(source), ...worldOf(given) });
}

/** The codes of a result's errors. */
export function codesOf({ errors = [] }: ExecutionResult): readonly unknown[] {
  return errors.map(({ extensions }) => extensions['code']);
}

/** A UUID for each small number, in ascending order. */
export function uuidOf(number: number): string {
  return `01900000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** An opaque global id or cursor, encoded by hand. */
export function opaque(text: string): string {
  return Buffer.from(text).toString('base64url');
}

/** An account with 1000 credits. */
export function sampleAccount(patch: Partial<Account> = {}): Account {
  return { id: uuidOf(0xa), owner: 'ada', environment: 'TEST', balance: 1000, held: 67, feed: 0, ...patch };
}

/** The sign-up grant. */
export function sampleEntry(patch: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id: uuidOf(0xe),
    accountId: uuidOf(0xa),
    number: 1,
    kind: 'GRANT',
    credits: 1000,
    balanceAfter: 1000,
    jobId: null,
    reason: 'Sign-up',
    idempotencyKey: null,
    createdAt: 0,
    ...patch,
  };
}

/** A job's first event. */
export function sampleEvent(patch: Partial<JobEvent> = {}): JobEvent {
  return {
    jobId: uuidOf(1),
    accountId: uuidOf(0xa),
    feed: 1,
    version: 1,
    status: 'PENDING',
    message: 'Stored; its price is held.',
    occurredAt: 0,
    ...patch,
  };
}

/** A page of a list in its own order, as a store would return it. */
export function sliceOf<Item, Key>(list: readonly Item[], keyOf: (item: Item) => Key, page: Page<Key>): Slice<Item> {
  const placeOf = (key: Key) => list.findIndex((item) => keyOf(item) === key);
  const from = page.after === null ? 0 : placeOf(page.after) + 1;
  const to = page.before === null ? list.length : placeOf(page.before);
  const { limit } = page.count;
  const [begin, end] =
    page.count.from === 'start' ? [from, Math.min(to, from + limit)] : [Math.max(from, to - limit), to];
  return { items: list.slice(begin, end), hasPrevious: begin > 0, hasNext: end < list.length };
}

function worldOf({ gateway = {}, viewer = ada, variables = {} }: Given) {
  const contextValue: Context = { viewer, gateway: { ...noGateway, ...gateway } };
  return { contextValue, variableValues: variables };
}

function unexpected(): never {
  throw new Error('The test expected no such call.');
}

const noGateway: Gateway = {
  ensureAccount: unexpected,
  generateVideo: unexpected,
  cancelJob: unexpected,
  deleteJob: unexpected,
  retryJob: unexpected,
  grantCredits: unexpected,
  refundJob: unexpected,
  usage: unexpected,
  spend: unexpected,
  export: unexpected,
  createApiKey: unexpected,
  apiKeys: unexpected,
  revokeApiKey: unexpected,
  createClientToken: unexpected,
  quote: unexpected,
  losses: unexpected,
  lossJobs: unexpected,
  troubledJobs: unexpected,
  accounts: unexpected,
  providerHealth: unexpected,
  job: unexpected,
  jobs: unexpected,
  jobCount: unexpected,
  events: unexpected,
  progress: unexpected,
  account: unexpected,
  ownAccount: unexpected,
  ledger: unexpected,
  ledgerEntry: unexpected,
  watchJob: unexpected,
  watchAccount: unexpected,
  watchFeed: unexpected,
  audit: unexpected,
  eraseUser: unexpected,
  setBudget: unexpected,
  budgets: unexpected,
  ownBudgets: unexpected,
  webhookEndpoints: unexpected,
  webhookEndpoint: unexpected,
  webhookDelivery: unexpected,
  webhookDeliveries: unexpected,
  createWebhookEndpoint: unexpected,
  updateWebhookEndpoint: unexpected,
  deleteWebhookEndpoint: unexpected,
  rotateWebhookSecret: unexpected,
  testWebhookEndpoint: unexpected,
  redeliverWebhook: unexpected,
  redeliverWebhooks: unexpected,
  operatorJob: unexpected,
  operatorJobs: unexpected,
  operatorJobCount: unexpected,
  jobWebhooks: unexpected,
  ...createVideoReads({ findJobByVideo: unexpected }, testVideos),
};
