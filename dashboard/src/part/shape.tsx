import { type AspectRatio, shapeOf } from '../words.ts';

/** Draws a video's aspect ratio. */
export function Shape({ ratio }: { readonly ratio: AspectRatio }) {
  const [width, height] = shapeOf(ratio).sides;
  const scale = 20 / Math.max(width, height);
  return (
    <svg className="shape" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <rect
        x={12 - (width * scale) / 2}
        y={12 - (height * scale) / 2}
        width={width * scale}
        height={height * scale}
        rx="2"
      />
    </svg>
  );
}
