import type { Builder } from './builder.ts';
import { viewerOf } from './context.ts';

/** Adds Quote and asking for one. */
export function addQuote(builder: Builder): void {
  builder.objectType('Quote', {
    description: 'What to expect of a video that is asked for now.',
    fields: (t) => ({
      credits: t.exposeInt('credits', { description: 'The price of one video.' }),
      affordable: t.exposeBoolean('affordable', { description: 'Whether the viewer has that much available.' }),
      typicalSeconds: t.exposeFloat('typicalSeconds', {
        nullable: true,
        description: 'Median and 90th percentile of how long recent jobs took.',
      }),
      slowSeconds: t.exposeFloat('slowSeconds', {
        nullable: true,
        description: 'One job in ten took longer than this.',
      }),
    }),
  });

  builder.queryField('quote', (t) =>
    t.field({
      type: 'Quote',
      description: 'What a video costs now.',
      resolve: (_root, _args, context) => context.gateway.quote(viewerOf(context)),
    }),
  );
}
