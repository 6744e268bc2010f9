import type { Viewer } from '../src/gateway/gateway.ts';
import type { Builder } from './builder.ts';
import { type Context, viewerOf } from './context.ts';
import { refusal } from './error.ts';
import { jobKeyOf } from './id.ts';
import { filterWords, type JobFilterInput, readJobFilter, readText } from './job-filter.ts';
import { connectionOf, cursors, nodesOf, type PageArgs, readPage } from './page.ts';

type JobArgs = { readonly id?: string | null | undefined; readonly providerRequestId?: string | null | undefined };

type JobsArgs = PageArgs & {
  readonly filter?:
    | (Omit<JobFilterInput, 'search'> & { readonly userId?: string | null | undefined })
    | null
    | undefined;
};

/** Adds the job and jobs fields of Operations, with what they return. */
export function addOperatorJobs(builder: Builder): void {
  addConnection(builder);
  const Filter = builder.inputType('OperatorJobFilter', {
    description: 'Which jobs of the environment to list. A job must match every field you give.',
    fields: (t) => ({
      userId: t.id({ description: 'Jobs of this user; null matches all.' }),
      status: t.field({ type: ['JobStatus'], description: filterWords.status }),
      failureCode: t.field({ type: ['FailureCode'], description: filterWords.failureCode }),
      createdAfter: t.field({ type: 'DateTime', description: filterWords.createdAfter }),
      createdBefore: t.field({ type: 'DateTime', description: filterWords.createdBefore }),
      externalId: t.string({ description: filterWords.externalId }),
    }),
  });

  builder.objectFields('Operations', (t) => ({
    job: t.field({
      type: 'OperatorJob',
      nullable: true,
      description:
        'Any job of the environment, by its id or by the id that the provider gave it. Null if there is none, or if the arguments are ' +
        'refused, and `errors` says why.',
      args: {
        id: t.arg.id({
          description: "The job's id in either spelling: the global id, or the UUID that the log shows as `jobId`.",
        }),
        providerRequestId: t.arg.string({
          description:
            'The id that the provider gave the job. If it gave several jobs the same, the newest is returned.',
        }),
      },
      resolve: (admin, args, context) => findJob(context, admin, args),
    }),
    jobs: t.field({
      type: 'OperatorJobConnection',
      description:
        'The jobs of all users of the environment, newest first. As in `Query.jobs`, a page may be shorter than `first` while ' +
        '`hasNextPage` is true.',
      args: {
        filter: t.arg({ type: Filter, description: 'Which jobs to list; null lists all.' }),
        first: t.arg.int({ defaultValue: 20, description: 'How many jobs to return: 0 to 100.' }),
        after: t.arg.string({ description: 'Return only jobs older than this cursor.' }),
      },
      resolve: (admin, args, context) => listJobs(context, admin, args),
    }),
  }));
}

function addConnection(builder: Builder): void {
  builder.objectType('OperatorJobConnection', {
    description: "One page of all users' jobs.",
    fields: (t) => ({
      edges: t.expose('edges', {
        type: ['OperatorJobEdge'],
        description: 'The jobs on this page, each with its cursor.',
      }),
      nodes: t.field({
        type: ['OperatorJob'],
        description: 'The jobs on this page, without cursors.',
        resolve: nodesOf,
      }),
      pageInfo: t.field({
        type: 'PageInfo',
        description: 'Whether there are more pages, and the cursors that lead to them.',
        resolve: (page) => page,
      }),
      totalCount: t.int({
        description:
          'How many jobs match on all pages together. Counted only if you select it. With `failureCode` beside `externalId`, at least ' +
          'the newest 10,000 are counted, and older ones may be left out.',
        resolve: ({ filter }, _args, context) => context.gateway.operatorJobCount(viewerOf(context), filter),
      }),
    }),
  });
  builder.objectType('OperatorJobEdge', {
    description: 'A job and its cursor.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Pass it as `after` to continue from here.' }),
      node: t.expose('node', { type: 'OperatorJob', description: 'The job.' }),
    }),
  });
}

async function findJob(context: Context, admin: Viewer, { id = null, providerRequestId = null }: JobArgs) {
  if ((id === null) === (providerRequestId === null)) {
    throw refusal('BAD_USER_INPUT', 'Give either id or providerRequestId.');
  }
  if (id !== null) return context.gateway.operatorJob(admin, { id: jobKeyOf(id) });
  const requestId = readText('providerRequestId', providerRequestId) ?? '';
  return context.gateway.operatorJob(admin, { providerRequestId: requestId });
}

async function listJobs(context: Context, admin: Viewer, { filter, ...args }: JobsArgs) {
  const wanted = { ...readJobFilter(filter), userId: readText('userId', filter?.userId ?? null) };
  const cursor = cursors.operatorJobs(context.gateway);
  const slice = await context.gateway.operatorJobs(admin, wanted, readPage(args, cursor));
  return { ...connectionOf(slice, (job) => cursor.write(job.id), cursor), filter: wanted };
}
