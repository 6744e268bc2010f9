import type { Viewer } from '../src/gateway/gateway.ts';
import type { Builder } from './builder.ts';
import { type Context, viewerOf } from './context.ts';
import { type Opaque, opaqueNumber } from './opaque.ts';

/** Adds the feed of all the viewer's jobs. */
export function addFeed(builder: Builder): void {
  builder.interfaceType('FeedItem', {
    description: 'Every item of the feed can be resumed from.',
    fields: (t) => ({
      cursor: t.string({
        description: 'Resume point for jobEvents.',
        resolve: ({ feed }, _args, context) => feedCursorOf(viewerOf(context)).write(feed),
      }),
    }),
  });
  builder.objectType('FeedReset', {
    description: 'The cursor is unknown or older than what is kept: read jobs again and go on from this cursor.',
    interfaces: ['FeedItem'],
  });
  builder.objectType('FeedLive', {
    description: 'Everything missed has been sent; what follows is live.',
    interfaces: ['FeedItem'],
  });

  const JobFeedItem = builder.unionType('JobFeedItem', {
    description: "One item of the feed of all the viewer's jobs.",
    types: ['JobEvent', 'FeedReset', 'FeedLive'],
    resolveType: (item) => ('kind' in item ? (item.kind === 'reset' ? 'FeedReset' : 'FeedLive') : 'JobEvent'),
  });

  builder.subscriptionField('jobEvents', (t) =>
    t.field({
      type: JobFeedItem,
      description:
        "Every change of state of the viewer's jobs, in order, from a cursor on (null: from now on); FeedLive once caught up. After a FeedReset it goes on from that cursor.",
      args: { after: t.arg.string({ description: 'The cursor of the last item that was seen.' }) },
      subscribe: (_root, { after }, context) => watchFeed(context, after ?? null),
      resolve: (item) => (item.kind === 'event' ? item.event : item),
    }),
  );
}

async function watchFeed(context: Context, after: string | null) {
  const viewer = viewerOf(context);
  return context.gateway.watchFeed(viewer, after === null ? 'now' : (feedCursorOf(viewer).read(after) ?? 'unknown'));
}

/** A feed's numbers mean nothing outside it: its owner is part of each cursor. */
function feedCursorOf({ userId, environment }: Viewer): Opaque<number> {
  return opaqueNumber(`feed:${environment}:${userId}`);
}
