import type { Builder } from './builder.ts';

/** Adds ProviderHealth. */
export function addProviderHealth(builder: Builder): void {
  builder.objectType('ProviderHealth', {
    description:
      'How the node that answers this gets on with the provider (in TEST: with the sandbox) since its start.',
    fields: (t) => ({
      answeredAt: t.expose('answeredAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the provider last answered anything at all.',
      }),
      silentSince: t.expose('silentSince', {
        type: 'DateTime',
        nullable: true,
        description: 'Since when no request has been answered; null while it answers.',
      }),
      keyRefusedSince: t.expose('keyRefusedSince', {
        type: 'DateTime',
        nullable: true,
        description: 'Since when it does not accept the key; null while it does.',
      }),
      pausedUntil: t.expose('pausedUntil', {
        type: 'DateTime',
        nullable: true,
        description: 'Until when it wants no requests, as its last 429 said; null where it takes them.',
      }),
      credits: t.exposeFloat('credits', {
        nullable: true,
        description:
          "What is left on the operator's account, in the provider's credits, bought and free together; asked for at most once a minute. Null where it does not say.",
      }),
    }),
  });
}
