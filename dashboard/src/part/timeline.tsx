import { gapText, instantText } from '../time.ts';
import type { JobStatus } from '../words.ts';

/** One change of a job's state. */
export type TimelineEvent = {
  readonly version: number;
  readonly status: JobStatus;
  readonly message: string;
  readonly occurredAt: string;
};

/** The history of a job, oldest first: how long after the step before each came, its date where the pointer rests. */
export function Timeline({ events }: { readonly events: readonly TimelineEvent[] }) {
  return (
    <section aria-labelledby="timeline-title">
      <h2 id="timeline-title">History</h2>
      <ol className="timeline">
        {events.map(({ version, status, message, occurredAt }, index) => {
          const before = events[index - 1];
          const gap = before === undefined ? null : Date.parse(occurredAt) - Date.parse(before.occurredAt);
          return (
            <li key={version} data-status={status}>
              <p>{message}</p>
              <time className="quiet" dateTime={occurredAt} title={instantText(occurredAt)}>
                {gap === null ? instantText(occurredAt) : gapText(gap / 1000)}
              </time>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
