import type { Builder } from './builder.ts';

/** Adds JobProgress. */
export function addProgress(builder: Builder): void {
  builder.objectType('JobProgress', {
    description:
      'How far a job is. The provider tells no percentage: this is estimated from how long earlier jobs took, and says so.',
    fields: (t) => ({
      fraction: t.exposeFloat('fraction', {
        description: '0 to 1; never goes back; below 1 until the job is COMPLETED.',
      }),
      elapsedSeconds: t.exposeFloat('elapsedSeconds', {
        description: 'Since the provider accepted it, until it ended or now; 0 before.',
      }),
      remainingSeconds: t.exposeFloat('remainingSeconds', {
        nullable: true,
        description: 'The median of what is left, given the time already spent; null when overdue or over.',
      }),
      estimatedFinishAt: t.expose('estimatedFinishAt', {
        type: 'DateTime',
        nullable: true,
        description: 'Now and remainingSeconds; null where that is.',
      }),
      overdue: t.exposeBoolean('overdue', {
        description: 'True once the job has run longer than nearly all before it.',
      }),
      sampleSize: t.exposeInt('sampleSize', {
        description: 'How many earlier jobs the estimate rests on.',
      }),
    }),
  });
}
