import { instantText } from '../time.ts';
import type { JobStatus } from '../words.ts';
import { Badge } from './badge.tsx';

type TimelineEvent = {
  readonly version: number;
  readonly status: JobStatus;
  readonly message: string;
  readonly occurredAt: string;
};

/** The history of a job, oldest first. */
export function Timeline({ events }: { readonly events: readonly TimelineEvent[] }) {
  return (
    <section aria-labelledby="timeline-title">
      <h2 id="timeline-title">History</h2>
      <ol className="timeline">
        {events.map(({ version, status, message, occurredAt }) => (
          <li key={version} data-status={status}>
            <Badge status={status} />
            <p>{message}</p>
            <time className="quiet" dateTime={occurredAt}>
              {instantText(occurredAt)}
            </time>
          </li>
        ))}
      </ol>
    </section>
  );
}
