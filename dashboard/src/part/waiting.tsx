import type { JobRow } from '../api/operations.ts';
import { timeText } from '../time.ts';
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

/** A running job in the frame that its video will fill: the steps, the progress, and when the gateway gives up. */
export function Waiting({ job }: { readonly job: JobRow }) {
  const [width, height] = shapeOf(job.aspectRatio).sides;
  const at = steps.findIndex(({ status }) => status === job.status);
  // Stored, being sent, and stored again: only then was the provider asked in vain.
  const isSentAgain = job.status === 'PENDING' && job.version > 2;
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
          {isSentAgain && (
            <p className="quiet">The provider can’t take it yet. The gateway sends it again by itself.</p>
          )}
        </div>
      </div>
      <p className="figcaption">
        <CopyButton name="Copy link" text={job.videoUrl} />
        <span className="quiet kept">The video will be at this link. Given up at {timeText(job.deadlineAt)}.</span>
      </p>
    </div>
  );
}
