import type { LedgerEntry } from '../api/credits.ts';
import { drawingOf } from '../chart.ts';
import { instantText } from '../time.ts';

const area = { width: 640, height: 160 };

/** Draws the balance over the loaded movements. The table below it has the same in figures. */
export function BalanceChart({ entries }: { readonly entries: readonly LedgerEntry[] }) {
  const points = entries
    .map(({ createdAt, balanceAfter }) => ({ at: Date.parse(createdAt), balance: balanceAfter }))
    .toReversed();
  const first = entries.at(-1);
  const last = entries[0];
  if (first === undefined || last === undefined) return null;
  const { line, area: filled, marks } = drawingOf(points, Date.now(), area);
  const summary = `Balance from ${first.balanceAfter} to ${last.balanceAfter} credits in ${entries.length} movements`;
  const longest = Math.max(...marks.map(({ balance }) => balance.toLocaleString().length));
  return (
    <figure className="chart card">
      <div className="marks" style={{ width: `${longest}ch` }} aria-hidden="true">
        {marks.map(({ y, balance }) => (
          <span key={balance} style={{ top: `${(y / area.height) * 100}%` }}>
            {balance.toLocaleString()}
          </span>
        ))}
      </div>
      <svg viewBox={`0 0 ${area.width} ${area.height}`} preserveAspectRatio="none" role="img" aria-label={summary}>
        {marks.map(({ y }) => (
          <line key={y} className="mark" x1="0" x2={area.width} y1={y} y2={y} />
        ))}
        <path className="area" d={filled} />
        <path className="line" d={line} />
      </svg>
      <figcaption className="quiet">
        <span>{instantText(first.createdAt)}</span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}
