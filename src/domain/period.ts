/** A span of time: from `from` up to, and without, `to`, in epoch milliseconds. Null: without that bound. */
export type Period = { readonly from: number | null; readonly to: number | null };

/** All of time. */
export const anyTime: Period = { from: null, to: null };

/** What the bounds must be, as the end of a sentence. */
export const periodSentence = 'dates, such as 2026-11-01, or instants of RFC 3339; from is before to.';

const date = /^\d{4}-\d{2}-\d{2}$/;

const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/;

/** Reads the bounds of a period: instants of RFC 3339, or dates, which begin in UTC. Undefined if one is neither, or nothing is between. */
export function readPeriod(from: string | null, to: string | null): Period | undefined {
  const period = { from: from === null ? null : readInstant(from), to: to === null ? null : readInstant(to) };
  if (Number.isNaN(period.from) || Number.isNaN(period.to)) return undefined;
  return period.from !== null && period.to !== null && period.from >= period.to ? undefined : period;
}

/** NaN if it is no instant, such as February 30, which `Date.parse` would take for March 2. */
function readInstant(text: string): number {
  if (!date.test(text) && !dateTime.test(text)) return Number.NaN;
  const day = Date.parse(text.slice(0, 10));
  const isDay = !Number.isNaN(day) && new Date(day).toISOString().startsWith(text.slice(0, 10));
  const at = Date.parse(text);
  return isDay && at >= 0 ? at : Number.NaN;
}
