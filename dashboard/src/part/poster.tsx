import { useState } from 'react';
import type { JobRow } from '../api/operations.ts';
import { type AspectRatio, shapeOf } from '../words.ts';

/** The box in which every poster of a list fits, in pixels. */
const box = { width: 72, height: 48 };

/** A job's poster in a list: the first frame of its video, or a neutral field of the same shape where there is none. */
export function Poster({ job: { aspectRatio, video, lateVideo } }: { readonly job: JobRow }) {
  const url = (video ?? lateVideo)?.posterUrl ?? null;
  const [broken, setBroken] = useState<string | null>(null);
  const size = sizeOf(aspectRatio);
  return (
    <span className="poster">
      {url === null || url === broken ? (
        <svg {...size} aria-hidden="true" focusable="false">
          <rect width="100%" height="100%" />
        </svg>
      ) : (
        <img
          {...size}
          src={url}
          alt="First frame of the video"
          loading="lazy"
          decoding="async"
          onError={() => setBroken(url)}
        />
      )}
    </span>
  );
}

function sizeOf(ratio: AspectRatio) {
  const [width, height] = shapeOf(ratio).sides;
  const scale = Math.min(box.width / width, box.height / height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}
