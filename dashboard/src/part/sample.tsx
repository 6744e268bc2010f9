import { useState } from 'react';
import { addressOf } from '../route.ts';
import { type AspectRatio, shapeOf } from '../words.ts';
import { Icon } from './icon.tsx';

type SampleProps = { readonly aspectRatio: AspectRatio };

/**
 * A video of the built-in sandbox in the form's shape, until the viewer has one of their own. Every gateway serves it, also where jobs
 * are LIVE. Users who prefer less motion start it themselves.
 */
export function Sample({ aspectRatio }: SampleProps) {
  const [isBroken, setBroken] = useState(false);
  const [width, height] = shapeOf(aspectRatio).sides;
  const name = aspectRatio.toLowerCase().replaceAll('_', '-');
  const ratio = { '--ratio': width / height };
  return (
    <figure className="sample">
      <div className="stage">
        {isBroken ? (
          <div className="screen" style={ratio}>
            <Icon name="brand" />
          </div>
        ) : (
          // It has no sound, so there is nothing to caption.
          <video
            key={name}
            className="screen"
            src={addressOf(`/sandbox/videos/${name}.mp4`)}
            style={ratio}
            autoPlay={!matchMedia('(prefers-reduced-motion: reduce)').matches}
            controls
            loop
            muted
            playsInline
            aria-label="A sample from the built-in sandbox"
            onError={() => setBroken(true)}
          />
        )}
      </div>
      <figcaption className="quiet">A sample from the built-in sandbox. Your own video will play here.</figcaption>
    </figure>
  );
}
