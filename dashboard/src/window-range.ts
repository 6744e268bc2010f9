/** The rows of a long list that are drawn: from `first` up to, not including, `end`. */
export type RowRange = { readonly first: number; readonly end: number };

/** How a list lies in the window, in pixels: `top` is where it starts, negative once it is scrolled past. */
export type Placement = {
  readonly top: number;
  readonly windowHeight: number;
  readonly rowHeight: number;
  readonly rows: number;
};

/** Rows beyond each edge, so that a fast scroll shows none missing. */
const beyond = 8;
/** The range moves in steps of rows: a scroll by a few pixels draws nothing anew. */
const step = 4;

/** The rows to draw for a placement. */
export function rangeOf({ top, windowHeight, rowHeight, rows }: Placement): RowRange {
  const seen = Math.floor(-top / rowHeight);
  const first = Math.max(0, (Math.floor(seen / step) - 1) * step - beyond + step);
  const last = Math.ceil((windowHeight - top) / rowHeight / step) * step + beyond;
  return { first: Math.min(first, rows), end: Math.max(0, Math.min(rows, last)) };
}
