import type { Environment } from '../src/domain/job.ts';
import type { Builder } from './builder.ts';

/** Adds Environment. */
export function addEnvironment(builder: Builder): void {
  builder.enumType('Environment', {
    description:
      'Where jobs run. TEST jobs run on the built-in sandbox and cost test credits; LIVE jobs run on the provider and cost money.',
    values: {
      LIVE: { description: 'Real videos from the provider.' },
      TEST: { description: 'Sample videos from the built-in sandbox.' },
    } satisfies Record<Environment, { description: string }>,
  });
}
