import { type ExportFormat, type ExportKind, headerLineOf, lineOf } from '../domain/export-row.ts';
import { opaqueTextOf } from '../domain/global-id.ts';
import type { Environment } from '../domain/job.ts';
import type { Period } from '../domain/period.ts';
import type { Place } from '../ports/money.ts';
import type { Clock, Store } from '../ports.ts';
import { createReadPages, laterOf, startOf } from './export-page.ts';

/** What to export: rows that were made in a period. `after`: the cursor of the last row that the caller has; null: from the first. */
export type ExportRequest = {
  readonly kind: ExportKind;
  readonly format: ExportFormat;
  readonly environments: readonly Environment[];
  readonly period: Period;
  readonly after: string | null;
};

/** The file, piece by piece: the next piece is read only when it is asked for. */
type ExportFile = { readonly pieces: AsyncIterable<string> };

/** Exports for operators. The caller must have checked that they may have all users' data. */
export interface Exporter {
  /** Null if `after` is no cursor of this export. With a cursor there is no header line, so that the parts can be joined. */
  export(request: ExportRequest): ExportFile | null;
}

type ExporterDeps = {
  readonly store: Pick<Store, 'jobsAfter' | 'entriesAfter' | 'listAudit'>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
};

/**
 * A row may be committed a moment after the instant that it bears. Younger rows than this wait, so that none appears before a cursor that
 * was given out: a later export goes on from it without a gap.
 */
export const settleMs = 2000;

/** Creates the exporter. */
export function createExporter({ store, clock }: ExporterDeps): Exporter {
  const wait = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  const readPages = createReadPages(store, (kind) => (environment, place) => cursorOf(kind, environment, place));

  async function* environmentOf({ kind, format, period }: ExportRequest, { environment, from, startedAt }: Part) {
    let after = laterOf(kind, from, startOf(kind, period));
    // The last instant of which the export has every row.
    const end = period.to === null ? startedAt : Math.min(startedAt, period.to - 1);
    for (;;) {
      const settled = clock.now() - settleMs;
      const until = period.to === null ? settled : Math.min(settled, period.to - 1);
      const { rows, last, isFull } = await readPages[kind]({ environment, after, until, period });
      after = last ?? after;
      if (rows.length > 0) yield rows.map((row) => lineOf(row, format)).join('');
      if (isFull) continue;
      if (until >= end) return;
      await wait(end - until);
    }
  }

  async function* piecesOf(request: ExportRequest, cursor: Cursor | null) {
    const { kind, format, environments } = request;
    const startedAt = clock.now();
    if (format === 'csv' && cursor === null) yield headerLineOf(kind);
    const first = cursor === null ? 0 : environments.indexOf(cursor.environment);
    for (const environment of environments.slice(first)) {
      const from = cursor?.environment === environment ? cursor.place : null;
      yield* environmentOf(request, { environment, from, startedAt });
    }
  }

  return {
    export(request) {
      const from = request.after === null ? null : readCursor(request.kind, request.after);
      const isKnown = from === null ? request.after === null : request.environments.includes(from.environment);
      return isKnown ? { pieces: piecesOf(request, from) } : null;
    },
  };
}

/** An environment's part of an export. */
type Part = { readonly environment: Environment; readonly from: Place | null; readonly startedAt: number };

type Cursor = { readonly environment: Environment; readonly place: Place };

function cursorOf(kind: ExportKind, environment: Environment, { at, id }: Place): string {
  return opaqueTextOf(`export-${kind}`, `${environment}:${at}:${id}`);
}

/** Null unless `cursorOf` returns exactly this text. */
function readCursor(kind: ExportKind, text: string): Cursor | null {
  const plain = Buffer.from(text, 'base64url').toString();
  const [, environment, at, id] = /^export-\w+:(LIVE|TEST):(\d{1,15}):([\w-]{1,64})$/.exec(plain) ?? [];
  if ((environment !== 'LIVE' && environment !== 'TEST') || at === undefined || id === undefined) return null;
  const place = { at: Number(at), id };
  return cursorOf(kind, environment, place) === text ? { environment, place } : null;
}
