import type { JobRow } from '../api/operations.ts';
import { durationText, timeText, useNow } from '../time.ts';
import { type JobStatus, shapeOf } from '../words.ts';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icon.tsx';
import { Progress } from './progress.tsx';

const steps: readonly { readonly status: JobStatus; readonly name: string }[] = [
  { status: 'PENDING', name: 'Stored' },
  { status: 'QUEUED', name: 'Queued' },
  { status: 'PROCESSING', name: 'Rendering' },
  { status: 'COMPLETED', name: 'Ready' },
];

type WaitingProps = {
  readonly job: JobRow;
  /** Why it is sent to the provider again, if it is. */
  readonly reason: string | null;
};

/** A running job in the frame that its video will fill: the steps, the progress, and when the gateway gives up. */
export function Waiting({ job, reason }: WaitingProps) {
  const [width, height] = shapeOf(job.aspectRatio).sides;
  const at = steps.findIndex(({ status }) => status === job.status);
  return (
    <div className="player">
      <div className="stage">
        <div className="screen waiting" data-tall={height > width} style={{ '--ratio': width / height }}>
          <ol className="steps" aria-label="Steps">
            {steps.map(({ status, name }, index) => (
              <li
                key={status}
                data-state={index < at ? 'done' : index === at ? 'now' : 'ahead'}
                aria-current={index === at ? 'step' : undefined}
              >
                <span className="mark">{index < at && <Icon name="check" />}</span>
                {name}
              </li>
            ))}
          </ol>
          <Progress job={job} />
          {job.resendAt !== null && <NextTry at={Date.parse(job.resendAt)} reason={reason} />}
        </div>
      </div>
      <p className="figcaption">
        <CopyButton name="Copy link" text={job.videoUrl} />
        <span className="quiet kept">The video will be at this link. Given up at {timeText(job.deadlineAt)}.</span>
      </p>
    </div>
  );
}

/** Why the provider has not taken a job, and when it is asked again, in epoch milliseconds. */
function NextTry({ at, reason }: { readonly at: number; readonly reason: string | null }) {
  const seconds = (at - useNow()) / 1000;
  return (
    <div className="next-try">
      <p className="quiet">{reason ?? 'The provider did not take it yet.'}</p>
      <p className="quiet">{seconds > 1 ? `Next try in ${durationText(seconds)}.` : 'Next try any moment now.'}</p>
    </div>
  );
}
