/** A balance at an instant, in epoch milliseconds. */
export type Point = { readonly at: number; readonly balance: number };

/** The size of a drawing, in units of its SVG. */
export type Area = { readonly width: number; readonly height: number };

/** A drawn balance: an SVG path in steps, the area beneath it, and the heights of round amounts. */
export type Drawing = {
  readonly line: string;
  readonly area: string;
  readonly marks: readonly { readonly y: number; readonly balance: number }[];
};

/** Draws a balance over time, oldest point first, as steps. The last step reaches to `until`. */
export function drawingOf(points: readonly Point[], until: number, { width, height }: Area): Drawing {
  const first = points[0];
  if (first === undefined) return { line: '', area: '', marks: [] };
  const most = topOf(Math.max(...points.map(({ balance }) => balance)));
  const span = Math.max(1, until - first.at);
  const x = (at: number) => round(((at - first.at) / span) * width);
  const y = (balance: number) => round(height - (Math.max(0, balance) / most) * height);
  const steps = points.slice(1).map(({ at, balance }) => `H${x(at)}V${y(balance)}`);
  const line = `M0 ${y(first.balance)}${steps.join('')}H${width}`;
  const marks = [0, 0.5, 1].map((part) => ({ y: y(most * part), balance: most * part }));
  return { line, area: `${line}V${height}H0Z`, marks };
}

/** The round amount at or above a balance: 1, 2 or 5 times a power of ten, never less than 10. */
function topOf(balance: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(10, balance)));
  const factor = [1, 2, 5, 10].find((each) => each * power >= balance) ?? 10;
  return factor * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
