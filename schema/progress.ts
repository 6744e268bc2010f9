import type { Builder } from './builder.ts';

/** Adds JobProgress. */
export function addProgress(builder: Builder): void {
  builder.objectType('JobProgress', {
    description:
      'How far a job is. The provider reports no percentage, so this is an estimate from how long earlier jobs took.',
    fields: (t) => ({
      fraction: t.exposeFloat('fraction', {
        description: 'From 0 to 1. It never goes back, and stays below 1 until the job is COMPLETED.',
      }),
      elapsedSeconds: t.exposeFloat('elapsedSeconds', {
        description: "Seconds since the provider accepted the job, up to now or to the job's end; 0 before that.",
      }),
      remainingSeconds: t.exposeFloat('remainingSeconds', {
        nullable: true,
        description: 'The median time left, given the time already spent. Null if the job is overdue or has ended.',
      }),
      estimatedFinishAt: t.expose('estimatedFinishAt', {
        type: 'DateTime',
        nullable: true,
        description: 'Now plus `remainingSeconds`; null if that is null.',
      }),
      overdue: t.exposeBoolean('overdue', {
        description: 'True once the job has run longer than nearly all earlier jobs.',
      }),
      sampleSize: t.exposeInt('sampleSize', {
        description: 'How many earlier jobs the estimate is based on.',
      }),
    }),
  });
}
