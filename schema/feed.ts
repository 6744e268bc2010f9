import type { Builder } from './builder.ts';
import { type Context, viewerOf } from './context.ts';
import { type Opaque, opaqueNumber } from './opaque.ts';
import { inIncarnation } from './page.ts';

/** Adds the jobEvents subscription and its items. */
export function addFeed(builder: Builder): void {
  builder.interfaceType('FeedItem', {
    description: 'An item of the feed. The feed can be resumed after any item.',
    fields: (t) => ({
      cursor: t.string({
        description: 'Pass it to `jobEvents(after:)` to continue from here.',
        resolve: (item, _args, context) => feedIdOf(context, item),
      }),
    }),
  });
  builder.objectType('FeedReset', {
    description:
      "Your cursor is unknown, or older than the events that are kept. Read `jobs` again; the feed continues from this item's cursor.",
    interfaces: ['FeedItem'],
  });
  builder.objectType('FeedLive', {
    description: 'You have received everything you missed; what follows is live.',
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
        "Every state change of the viewer's jobs, in order, starting after a cursor (null: from now on). Sends a FeedLive once " +
        'you have caught up. After a FeedReset, it continues from the cursor of that item.',
      args: { after: t.arg.string({ description: 'The cursor of the last item you received.' }) },
      subscribe: (_root, { after }, context) => watchFeed(context, context.lastEventId ?? after ?? null),
      resolve: (item) => (item.kind === 'event' ? item.event : item),
    }),
  );
}

async function watchFeed(context: Context, after: string | null) {
  const viewer = viewerOf(context);
  return context.gateway.watchFeed(viewer, after === null ? 'now' : (feedCursorOf(context).read(after) ?? 'unknown'));
}

/** The cursor of an item, which is also the id of its event in a stream of server-sent events. */
export function feedIdOf(context: Context, { feed }: { readonly feed: number }): string {
  return feedCursorOf(context).write(feed);
}

/**
 * A feed number means nothing in another user's feed, nor after the database was restored: a feed then counts on from an older number. So
 * each cursor includes its owner and the incarnation. Cursors of the first incarnation have none, as in versions that knew no others:
 * `feed:TEST:ada:3`, later `feed@0123456789abcdef:TEST:ada:3`.
 */
function feedCursorOf(context: Context): Opaque<number> {
  const { userId, environment } = viewerOf(context);
  const list = inIncarnation('feed', context.gateway.incarnation);
  return opaqueNumber(`${list}:${environment}:${userId}`);
}
