import type { Environment } from '../src/domain/job.ts';
import type { Builder } from './builder.ts';

/** Adds Environment. */
export function addEnvironment(builder: Builder): void {
  builder.enumType('Environment', {
    description:
      'TEST jobs run on the built-in sandbox and cost test credits; LIVE jobs run on the provider and cost money.',
    values: {
      LIVE: { description: 'Real videos, by the provider.' },
      TEST: { description: 'Sample videos, by the built-in sandbox.' },
    } satisfies Record<Environment, { description: string }>,
  });
}
