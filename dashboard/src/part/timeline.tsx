import type { JobRow } from '../api/operations.ts';
import { failedPollsOf } from '../failed-polls.ts';
import { gapText, instantText } from '../time.ts';
import type { JobStatus } from '../words.ts';

/** One change of a job's state. */
type TimelineEvent = {
  readonly version: number;
  readonly status: JobStatus;
  readonly message: string;
  readonly occurredAt: string;
};

type TimelineProps = {
  readonly job: Pick<JobRow, 'status' | 'failure' | 'failedPolls'>;
  readonly events: readonly TimelineEvent[];
};

/** The history of a job, oldest first: how long after the step before each came, its date where the pointer rests; and failed polls. */
export function Timeline({ job, events }: TimelineProps) {
  const polls = failedPollsOf(job, events);
  const steps = events.map(({ version, status, message, occurredAt }, index) => {
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
  });
  if (polls !== null) {
    steps.splice(
      polls.before,
      0,
      <li key="polls">
        <p className="quiet">{polls.text}</p>
      </li>,
    );
  }
  return (
    <section aria-labelledby="timeline-title">
      <h2 id="timeline-title">History</h2>
      <ol className="timeline">{steps}</ol>
    </section>
  );
}
