import type { Builder } from './builder.ts';
import { type Context, viewerOf } from './context.ts';
import { refusal } from './error.ts';
import { keyOf } from './id.ts';
import { addJobFilter, type JobFilterInput, readJobFilter } from './job-filter.ts';
import { connectionOf, cursors, nodesOf, type PageArgs, readPage } from './page.ts';

type JobsArgs = PageArgs & { readonly filter?: JobFilterInput | null | undefined };

/** Adds the job and jobs queries and the jobUpdated subscription. */
export function addJobs(builder: Builder): void {
  addConnection(builder);
  addQueries(builder);

  builder.subscriptionField('jobUpdated', (t) =>
    t.field({
      type: 'Job',
      description:
        "The job's current state, sent immediately; then every newer state and, while it runs, its progress about once per " +
        'poll. Completes after the final state. If the job does not exist or is not yours, you get an error with ' +
        '`extensions.code` NOT_FOUND. A slow client may miss intermediate states, but never the final one. If a late video ' +
        'arrives after that, `jobEvents` has an item, and a subscription that is opened later shows it.',
      args: { id: t.arg.id({ required: true, description: 'The id of the job to watch.' }) },
      subscribe: (_root, { id }, context) => watchJob(context, id),
      resolve: (job) => job,
    }),
  );
}

function addConnection(builder: Builder): void {
  builder.objectType('JobConnection', {
    description: 'One page of jobs.',
    fields: (t) => ({
      edges: t.expose('edges', { type: ['JobEdge'], description: 'The jobs on this page, each with its cursor.' }),
      nodes: t.field({
        type: ['Job'],
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
          'How many jobs match on all pages together. Counted only if you select it. With `search`, and with `failureCode` beside ' +
          '`externalId`, jobs are looked at one by one: then at least the newest 10,000 that match the other fields are counted, ' +
          'and older ones may be left out.',
        resolve: ({ filter }, _args, context) => context.gateway.jobCount(viewerOf(context), filter),
      }),
    }),
  });
  builder.objectType('JobEdge', {
    description: 'A job and its cursor.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Pass it as `after` or `before` to page from here.' }),
      node: t.expose('node', { type: 'Job', description: 'The job.' }),
    }),
  });
}

function addQueries(builder: Builder): void {
  const JobFilter = addJobFilter(builder);

  builder.queryFields((t) => ({
    job: t.field({
      type: 'Job',
      nullable: true,
      description: 'One of your jobs. Null if it does not exist or is not yours.',
      args: { id: t.arg.id({ required: true, description: 'The id of the job.' }) },
      resolve: (_root, { id }, context) => context.gateway.job(viewerOf(context), keyOf('Job', id)),
    }),
    jobs: t.field({
      type: 'JobConnection',
      nullable: true,
      description: "The viewer's jobs, newest first. Null if the list is refused, and `errors` says why.",
      args: {
        first: t.arg.int({
          description:
            'How many to return, starting with the newest: 0 to 100. Defaults to 20 if `last` is not given either.',
        }),
        after: t.arg.string({ description: 'Return only jobs older than this cursor.' }),
        last: t.arg.int({
          description:
            'How many to return from the end of the list, which is the oldest: 0 to 100. Cannot be combined with `first`.',
        }),
        before: t.arg.string({ description: 'Return only jobs newer than this cursor.' }),
        filter: t.arg({
          type: JobFilter,
          description:
            'Which jobs to list; null lists all. A page looks at no more than about 5,000 jobs, so it may have fewer than `first`, or ' +
            'none, while `hasNextPage` is true: continue from its `endCursor`.',
        }),
      },
      resolve: (_root, args, context) => listJobs(context, args),
    }),
  }));
}

async function listJobs(context: Context, args: JobsArgs) {
  const filter = readJobFilter(args.filter);
  const cursor = cursors.jobs(context.gateway);
  const slice = await context.gateway.jobs(viewerOf(context), filter, readPage(args, cursor));
  return { ...connectionOf(slice, (job) => cursor.write(job.id), cursor), filter };
}

async function watchJob(context: Context, id: string) {
  const states = await context.gateway.watchJob(viewerOf(context), keyOf('Job', id));
  if ('kind' in states) throw refusal('NOT_FOUND', states.message);
  return states;
}
