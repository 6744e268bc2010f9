import type { Job, JobEvent } from '../src/domain/job.ts';
import type { Builder } from './builder.ts';
import { type Context, type ShownEvent, viewerOf } from './context.ts';
import { type Connection, connectionOf, cursors, type PageArgs, readPage } from './page.ts';

const defaultEvents = 50;

/** Adds JobEvent and its connection. */
export function addEvent(builder: Builder): void {
  builder.objectType('JobEvent', {
    description: 'One change of state of a job.',
    interfaces: ['FeedItem'],
    fields: (t) => ({
      job: t.field({
        type: 'Job',
        description: 'The job as it stands now, which may be further on.',
        resolve: (event, _args, context) => event.job ?? jobOf(context, event),
      }),
      version: t.exposeInt('version', { description: 'The version of the job that this change made.' }),
      status: t.expose('status', { type: 'JobStatus', description: 'The status that it came to.' }),
      message: t.exposeString('message', { description: 'What happened: a sentence for a person.' }),
      occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it happened.' }),
    }),
  });

  builder.objectType('JobEventConnection', {
    description: 'A page of what happened to a job.',
    fields: (t) => ({
      edges: t.expose('edges', { type: ['JobEventEdge'], description: 'The events of this page, with their cursors.' }),
      pageInfo: t.field({
        type: 'PageInfo',
        description: 'Where this page stands within the list.',
        resolve: (page) => page,
      }),
    }),
  });
  builder.objectType('JobEventEdge', {
    description: 'An event and its place in the list.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'For after, on this list.' }),
      node: t.expose('node', { type: 'JobEvent', description: 'The event.' }),
    }),
  });
}

/** A page of a job's history. */
export async function readEvents(context: Context, job: Job, args: PageArgs): Promise<Connection<ShownEvent>> {
  const slice = await context.gateway.events(job, readPage(args, cursors.events, defaultEvents));
  const items = slice.items.map((event) => ({ ...event, job }));
  return connectionOf({ ...slice, items }, (event) => cursors.events.write(event.version));
}

async function jobOf(context: Context, { jobId }: JobEvent): Promise<Job> {
  const job = await context.gateway.job(viewerOf(context), jobId);
  if (job === null) throw new Error(`The job ${jobId} of an event is gone.`);
  return job;
}
