import { statusOf } from '../src/domain/job.ts';
import { chargeStateOf } from '../src/domain/ledger.ts';
import type { Builder } from './builder.ts';
import { refusal } from './error.ts';
import { idOf } from './id.ts';

/** The most jobs that an operator's list returns. */
const maxJobs = 100;

const defaultJobs = 20;

/** Adds OperatorJob. */
export function addOperatorJob(builder: Builder): void {
  addType(builder);
  addRequest(builder);
  addTimes(builder);
  addWebhooks(builder);
}

function addType(builder: Builder): void {
  builder.objectType('OperatorJob', {
    description: "A user's job as an operator sees it: how it is doing at the provider, without its prompt or video.",
    fields: (t) => ({
      id: t.id({
        description: "The job's global id, as its owner sees it. Only its owner can read it by `node(id)`.",
        resolve: (job) => idOf('Job', job.id),
      }),
      jobId: t.exposeID('id', {
        description: "The job's UUID, which is within its global id: that one is in the log and in `reelgate losses`.",
      }),
      userId: t.exposeID('owner', { description: 'The user who owns the job.' }),
      status: t.field({
        type: 'JobStatus',
        description: 'The current status.',
        resolve: ({ state }) => statusOf(state),
      }),
      failureCode: t.field({
        type: 'FailureCode',
        nullable: true,
        description: 'Why the job failed; null unless it is FAILED.',
        resolve: ({ failure }) => failure?.code ?? null,
      }),
      failureMessage: t.string({
        nullable: true,
        description: 'The sentence about the failure that the owner sees; null unless the job is FAILED.',
        resolve: ({ failure }) => failure?.message ?? null,
      }),
      faults: t.exposeInt('faults', {
        description: 'How many requests about the job in a row got no usable response from the provider.',
      }),
      hasLateVideo: t.boolean({
        description: 'Whether the provider delivered a video after the gateway had given up.',
        resolve: ({ lateVideo }) => lateVideo !== null,
      }),
      providerRequestId: t.exposeString('requestId', {
        nullable: true,
        description: "The provider's id for the job, to compare with its bill; null if there is none.",
      }),
      providerMessage: t.exposeString('providerMessage', {
        nullable: true,
        description:
          "The provider's own words for its last refusal or failure, or its unknown status word: one line of at most 500 characters, " +
          'without keys. Null if it said none.',
      }),
      providerHttpStatus: t.exposeInt('providerHttpStatus', {
        nullable: true,
        description: 'The HTTP status of that response; null if there was none.',
      }),
      providerCost: t.exposeFloat('providerCost', {
        nullable: true,
        description: 'What the provider reported as the cost of the job, in its own credits; null if it reported none.',
      }),
    }),
  });
}

function addRequest(builder: Builder): void {
  builder.objectFields('OperatorJob', (t) => ({
    externalId: t.exposeString('externalId', {
      nullable: true,
      description: "The owner's own reference; null if there is none, or the job was deleted.",
    }),
    apiKeyId: t.id({
      nullable: true,
      description:
        'The id of the API key with which the job was created; null if it was created without a key, or before keys were noted.',
      resolve: ({ apiKeyId }) => (apiKeyId === null ? null : idOf('ApiKey', apiKeyId)),
    }),
    chargeState: t.field({
      type: 'ChargeState',
      description: "What has become of the job's price.",
      resolve: ({ state }) => chargeStateOf(state),
    }),
    credits: t.exposeInt('priceCredits', { description: "The job's price, in the owner's credits." }),
  }));
}

function addTimes(builder: Builder): void {
  builder.objectFields('OperatorJob', (t) => ({
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the job was stored.' }),
    submittedAt: t.expose('submittedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the provider accepted the job; null until then.',
    }),
    deadlineAt: t.expose('deadlineAt', { type: 'DateTime', description: 'When the gateway gives up on the job.' }),
    polledAt: t.expose('polledAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the gateway last asked the provider about the job; null if it never did.',
    }),
    nextPollAt: t.expose('pollAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the gateway asks next; null if there is nothing left to ask.',
    }),
    startedAt: t.expose('startedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the gateway first saw the provider working on the job; null if it never did.',
    }),
    finishedAt: t.expose('finishedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the job ended; null while it runs.',
    }),
    deletedAt: t.expose('deletedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the job was deleted, with what the provider said of it; null if it was not.',
    }),
  }));
}

function addWebhooks(builder: Builder): void {
  builder.objectType('OperatorWebhook', {
    description: 'A webhook about a job, without its body.',
    fields: (t) => ({
      id: t.id({ description: 'Opaque global id.', resolve: ({ id }) => idOf('WebhookDelivery', id) }),
      endpointId: t.id({
        description: 'The id of the endpoint that it is for.',
        resolve: ({ endpointId }) => idOf('WebhookEndpoint', endpointId),
      }),
      type: t.expose('type', { type: 'WebhookEventType', description: 'What it is about.' }),
      state: t.expose('state', { type: 'WebhookDeliveryState', description: 'Whether it has arrived.' }),
      attempts: t.expose('attempts', {
        type: ['WebhookAttempt'],
        description: 'Every attempt that ended, oldest first.',
      }),
      nextAttemptAt: t.field({
        type: 'DateTime',
        nullable: true,
        description: 'When the next attempt is due; null if none is, or while one is under way.',
        resolve: ({ nextAt, leased }) => (leased ? null : nextAt),
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it happened.' }),
    }),
  });
  builder.objectField('OperatorJob', 'webhooks', (t) =>
    t.field({
      type: ['OperatorWebhook'],
      nullable: true,
      description:
        'The webhooks that tell of the job, newest first, as long as they are kept. Null if `first` is refused, and `errors` says why.',
      args: { first: t.arg.int({ defaultValue: 20, description: 'How many webhooks to return: 0 to 100.' }) },
      resolve: (job, { first }, context) => context.gateway.jobWebhooks(job, readListLimit(first)),
    }),
  );
}

/** Reads the `first` argument; null means the default. Throws BAD_USER_INPUT if it is out of bounds. */
export function readListLimit(first: number | null | undefined): number {
  const limit = first ?? defaultJobs;
  if (limit < 0 || limit > maxJobs) throw refusal('BAD_USER_INPUT', `first must be between 0 and ${maxJobs}.`);
  return limit;
}
