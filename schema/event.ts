import type { Job, JobEvent } from '../src/domain/job.ts';
import type { Builder } from './builder.ts';
import { type Context, type ShownEvent, viewerOf } from './context.ts';
import { type Connection, connectionOf, cursors, nodesOf, type PageArgs, readPage } from './page.ts';

const defaultEvents = 50;

/** Adds JobEvent and its connection. */
export function addEvent(builder: Builder): void {
  builder.objectType('JobEvent', {
    description: "One change of a job's state.",
    interfaces: ['FeedItem'],
    fields: (t) => ({
      job: t.field({
        type: 'Job',
        description: 'The job in its current state, which may be newer than this event.',
        resolve: (event, _args, context) => event.job ?? jobOf(context, event),
      }),
      version: t.exposeInt('version', { description: "The job's version after this change." }),
      status: t.expose('status', { type: 'JobStatus', description: "The job's status after this change." }),
      message: t.exposeString('message', { description: 'What happened, as a sentence to show to a person.' }),
      occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it happened.' }),
    }),
  });

  builder.objectType('JobEventConnection', {
    description: "One page of a job's history.",
    fields: (t) => ({
      edges: t.expose('edges', {
        type: ['JobEventEdge'],
        description: 'The events on this page, each with its cursor.',
      }),
      nodes: t.field({
        type: ['JobEvent'],
        description: 'The events on this page, without cursors.',
        resolve: nodesOf,
      }),
      pageInfo: t.field({
        type: 'PageInfo',
        description: 'Whether there are more pages, and the cursors that lead to them.',
        resolve: (page) => page,
      }),
    }),
  });
  builder.objectType('JobEventEdge', {
    description: 'An event and its cursor.',
    fields: (t) => ({
      cursor: t.exposeString('cursor', { description: 'Pass it as `after` to continue from here.' }),
      node: t.expose('node', { type: 'JobEvent', description: 'The event.' }),
    }),
  });
}

/** Reads one page of a job's events. */
export async function readEvents(context: Context, job: Job, args: PageArgs): Promise<Connection<ShownEvent>> {
  const cursor = cursors.events(context.gateway);
  const slice = await context.gateway.events(job, readPage(args, cursor, defaultEvents));
  const items = slice.items.map((event) => ({ ...event, job }));
  return connectionOf({ ...slice, items }, (event) => cursor.write(event.version));
}

async function jobOf(context: Context, { jobId }: JobEvent): Promise<Job> {
  const job = await context.gateway.job(viewerOf(context), jobId);
  if (job === null) throw new Error(`The job ${jobId} of an event is gone.`);
  return job;
}
