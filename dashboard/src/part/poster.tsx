import { useState } from 'react';
import type { JobRow } from '../api/operations.ts';
import { useFreshVideo } from '../fresh-video.ts';
import { shapeOf } from '../words.ts';

type PosterProps = {
  readonly job: Pick<JobRow, 'id' | 'aspectRatio' | 'video' | 'lateVideo'>;
  /** Plays the video instead, without sound: for the row or card under the pointer. */
  readonly isPlaying: boolean;
};

/** A job's poster: the first frame of its video, or an empty frame of its shape where there is none. */
export function Poster({ job, isPlaying }: PosterProps) {
  const { held, onBroken } = useFreshVideo(job);
  const url = held?.posterUrl ?? null;
  const [broken, setBroken] = useState<string | null>(null);
  const [width, height] = shapeOf(job.aspectRatio).sides;
  const hasPicture = url !== null && url !== broken;
  return (
    <span className="poster">
      {hasPicture ? (
        <img
          src={url}
          alt="First frame of the video"
          loading="lazy"
          decoding="async"
          onError={() => {
            setBroken(url);
            onBroken(url);
          }}
        />
      ) : (
        <span className="ghost" style={{ aspectRatio: `${width} / ${height}` }} />
      )}
      {isPlaying && held !== null && held.storage !== 'GONE' && mayMove() && (
        <video
          src={held.url}
          poster={url ?? undefined}
          muted
          autoPlay
          loop
          playsInline
          tabIndex={-1}
          aria-hidden="true"
          onError={() => onBroken(held.url)}
        />
      )}
    </span>
  );
}

function mayMove(): boolean {
  return !matchMedia('(prefers-reduced-motion: reduce)').matches;
}
