import { type ReactNode, useState } from 'react';
import type { JobRow } from '../api/operations.ts';
import { adviceFor, failureDocs } from '../failure.ts';
import { addressOf } from '../route.ts';
import { instantText } from '../time.ts';
import { Notice } from './notice.tsx';
import { Player } from './player.tsx';
import { Waiting } from './waiting.tsx';

type StageProps = {
  readonly job: JobRow;
  /** The newest sentence of its history; null while that is loading. */
  readonly newest: string | null;
  /** More buttons, which stand before those of the video. */
  readonly extra?: ReactNode;
};

/** Shows the video, its progress, or why there is none. Mount one per job. */
export function Stage({ job, newest, extra }: StageProps) {
  const { video, lateVideo } = job;
  // A video that arrives while the viewer waits plays by itself; one that was there before waits for them.
  const [isAwaited] = useState(video === null && !wantsLessMotion());
  if (video !== null) return <Player job={job} video={video} autoPlay={isAwaited} extra={extra} />;
  if (lateVideo !== null) {
    return (
      <>
        {lateVideo.storage !== 'GONE' && (
          <Notice tone="good" title="The video arrived late">
            <p>It came after the deadline, so it is yours free of charge.</p>
          </Notice>
        )}
        <Player job={job} video={lateVideo} autoPlay={isAwaited} extra={extra} />
      </>
    );
  }
  return (
    <>
      <WithoutVideo job={job} newest={newest} />
      {extra !== undefined && <div className="actions">{extra}</div>}
    </>
  );
}

function WithoutVideo({ job, newest }: Omit<StageProps, 'extra'>) {
  const { failure, status, deletedAt } = job;
  if (deletedAt !== null) {
    return (
      <Notice tone="info" title="This job was deleted">
        <p>Its prompt and reference are gone. It never had a video.</p>
        <p className="quiet">Deleted {instantText(deletedAt)}</p>
      </Notice>
    );
  }
  if (failure !== null) {
    const { remedy, text } = adviceFor(failure);
    return (
      <Notice tone={remedy === 'edit' ? 'bad' : 'wait'} title={failure.message}>
        <p>{text}</p>
        <p className="quiet">
          <a href={addressOf(failureDocs)} target="_blank" rel="noopener" title="What this code means">
            <code>{failure.code}</code>
          </a>
        </p>
      </Notice>
    );
  }
  if (status === 'CANCELED')
    return <Notice tone="info" title="Canceled before it was sent to the provider. Nothing was charged." />;
  return <Waiting job={job} reason={newest} />;
}

function wantsLessMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
