import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';

/** Adds Quote and the quote query. */
export function addQuote(builder: Builder): void {
  builder.objectType('Quote', {
    description: 'The price and the expected duration of a video requested now.',
    fields: (t) => ({
      credits: t.exposeInt('credits', { description: 'The price of one video.' }),
      affordable: t.exposeBoolean('affordable', { description: 'Whether the viewer has enough credits available.' }),
      typicalSeconds: t.exposeFloat('typicalSeconds', {
        nullable: true,
        description: 'The median duration of recent jobs, in seconds.',
      }),
      slowSeconds: t.exposeFloat('slowSeconds', {
        nullable: true,
        description: 'The 90th percentile of the durations of recent jobs, in seconds: one job in ten took longer.',
      }),
    }),
  });

  builder.queryField('quote', (t) =>
    t.field({
      type: 'Quote',
      nullable: true,
      description: 'What a video costs now, and how long one takes. Null if it is refused, and `errors` says why.',
      resolve: (_root, _args, context) => context.gateway.quote(viewerOf(context)),
    }),
  );
}
