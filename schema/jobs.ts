import type { JobStatus } from '../src/domain/job.ts';
import type { Builder } from './builder.ts';
import { type Context, viewerOf } from './context.ts';
import { refusal } from './error.ts';
import { keyOf } from './id.ts';
import { connectionOf, cursors, type PageArgs, readPage } from './page.ts';

type JobsArgs = PageArgs & {
  readonly filter?:
    | { readonly status?: readonly JobStatus[] | null | undefined; readonly externalId?: string | null | undefined }
    | null
    | undefined;
};

/** Adds finding one job, listing all and watching one. */
export function addJobs(builder: Builder): void {
  addConnection(builder);
  addQueries(builder);

  builder.subscriptionField('jobUpdated', (t) =>
    t.field({
      type: 'Job',
      description:
        'The job as it stands, at once; then every newer state, and while it runs its progress about once per poll; completes after the last state. Unknown or not yours: an error with extensions.code NOT_FOUND. A slow client misses intermediate states, never the last.',
      args: { id: t.arg.id({ required: true, description: 'Of the job to watch.' }) },
      subscribe: (_root, { id }, context) => watchJob(context, id),
      resolve: (job) => job,
    }),
  );
}

function addConnection(builder: Builder): void {
  builder.objectType('JobConnection', {
    description: 'A page of jobs.',
    fields: (t) => ({
      edges: t.expose('edges', { type: ['JobEdge'], description: 'The jobs of this page, with their cursors.' }),
      nodes: t.field({
        type: ['Job'],
        description: 'The jobs of this page, without cursors.',
        resolve: ({ edges }) => edges.map(({ node }) => node),
      }),
      pageInfo: t.field({
        type: 'PageInfo',
        description: 'Where this page stands within the list.',
        resolve: (page) => page,
      }),
      totalCount: t.int({
        description: 'How many jobs the list has on all its pages. Counted only where it is asked for.',
        resolve: ({ filter }, _args, context) => context.gateway.jobCount(viewerOf(context), filter),
      }),
    }),
  });
  builder.objectType('JobEdge', {
    description: 'A job and its place in the list.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'For after and before, on this list.' }),
      node: t.expose('node', { type: 'Job', description: 'The job.' }),
    }),
  });
}

function addQueries(builder: Builder): void {
  const JobFilter = builder.inputType('JobFilter', {
    description: 'Which jobs to list: those that meet every condition written.',
    fields: (t) => ({
      status: t.field({ type: ['JobStatus'], description: 'In one of these states; null means any.' }),
      externalId: t.string({ description: "With exactly this reference of the caller's; null means any." }),
    }),
  });

  builder.queryFields((t) => ({
    job: t.field({
      type: 'Job',
      nullable: true,
      description: 'Null where there is none, or it is not yours.',
      args: { id: t.arg.id({ required: true, description: 'Of the job.' }) },
      resolve: (_root, { id }, context) => context.gateway.job(viewerOf(context), keyOf('Job', id)),
    }),
    jobs: t.field({
      type: 'JobConnection',
      description: "The viewer's jobs, newest first.",
      args: {
        first: t.arg.int({
          description: 'How many from the newest on: 0 to 100; 20 where neither first nor last is written.',
        }),
        after: t.arg.string({ description: 'The cursor of an edge: only jobs older than it.' }),
        last: t.arg.int({ description: 'How many from the oldest back: 0 to 100. Not together with first.' }),
        before: t.arg.string({ description: 'The cursor of an edge: only jobs newer than it.' }),
        filter: t.arg({ type: JobFilter, description: 'Which jobs; null means all.' }),
      },
      resolve: (_root, args, context) => listJobs(context, args),
    }),
  }));
}

async function listJobs(context: Context, args: JobsArgs) {
  const filter = { status: args.filter?.status ?? null, externalId: args.filter?.externalId ?? null };
  const slice = await context.gateway.jobs(viewerOf(context), filter, readPage(args, cursors.jobs));
  return { ...connectionOf(slice, (job) => cursors.jobs.write(job.id)), filter };
}

async function watchJob(context: Context, id: string) {
  const states = await context.gateway.watchJob(viewerOf(context), keyOf('Job', id));
  if ('kind' in states) throw refusal('NOT_FOUND', states.message);
  return states;
}
