import type { Builder } from './builder.ts';

/** Adds ProviderHealth. */
export function addProviderHealth(builder: Builder): void {
  builder.objectType('ProviderHealth', {
    description:
      'How the gateway node that serves this request has fared with the provider (in TEST, the sandbox) since it started.',
    fields: (t) => ({
      answeredAt: t.expose('answeredAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When the provider last responded at all.',
      }),
      silentSince: t.expose('silentSince', {
        type: 'DateTime',
        nullable: true,
        description: 'Since when the provider has not responded; null while it responds.',
      }),
      keyRefusedSince: t.expose('keyRefusedSince', {
        type: 'DateTime',
        nullable: true,
        description: "Since when the provider has refused the operator's API key; null while it accepts it.",
      }),
      pausedUntil: t.expose('pausedUntil', {
        type: 'DateTime',
        nullable: true,
        description: 'Until when the provider accepts no requests, according to its last 429; null if it accepts them.',
      }),
      credits: t.exposeFloat('credits', {
        nullable: true,
        description:
          "The operator's remaining credits at the provider, bought and free together. Checked at most once a minute; null if " +
          'the provider does not report them.',
      }),
      creditsLow: t.exposeBoolean('creditsLow', {
        description: 'Whether they have fallen below the setting SEGMIND_LOW_CREDITS; false without it.',
      }),
    }),
  });
}
