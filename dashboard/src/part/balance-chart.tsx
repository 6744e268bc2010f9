import type { LedgerEntry } from '../api/operations.ts';
import { drawingOf } from '../chart.ts';
import { instantText } from '../time.ts';

const area = { width: 640, height: 160 };

/** The balance over the movements that are loaded; the table beneath it says the same in figures. */
export function BalanceChart({ entries }: { readonly entries: readonly LedgerEntry[] }) {
  const points = entries
    .map(({ createdAt, balanceAfter }) => ({ at: Date.parse(createdAt), balance: balanceAfter }))
    .toReversed();
  const first = entries.at(-1);
  const last = entries[0];
  if (first === undefined || last === undefined) return null;
  const { line, area: filled, marks } = drawingOf(points, Date.now(), area);
  const says = `Balance from ${first.balanceAfter} to ${last.balanceAfter} credits in ${entries.length} movements`;
  return (
    <figure className="chart card">
      <div className="plot">
        <div className="marks" aria-hidden="true">
          {marks.map(({ y, balance }) => (
            <span key={balance} style={{ top: `${(y / area.height) * 100}%` }}>
              {balance.toLocaleString()}
            </span>
          ))}
        </div>
        <svg viewBox={`0 0 ${area.width} ${area.height}`} preserveAspectRatio="none" role="img" aria-label={says}>
          {marks.map(({ y }) => (
            <line key={y} className="mark" x1="0" x2={area.width} y1={y} y2={y} />
          ))}
          <path className="area" d={filled} />
          <path className="line" d={line} />
        </svg>
      </div>
      <figcaption className="quiet">
        <span>{instantText(first.createdAt)}</span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}
