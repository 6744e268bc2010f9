import {
  type ExportFormat,
  type ExportKind,
  entryRowOf,
  headerLineOf,
  jobRowOf,
  lineOf,
} from '../domain/export-row.ts';
import { opaqueTextOf } from '../domain/global-id.ts';
import type { Environment } from '../domain/job.ts';
import type { Place } from '../ports/money.ts';
import type { Clock, Store } from '../ports.ts';

/** What to export. `after`: the cursor of the last row that the caller has; null: from the first. */
export type ExportRequest = {
  readonly kind: ExportKind;
  readonly format: ExportFormat;
  readonly environments: readonly Environment[];
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
  readonly store: Pick<Store, 'jobsAfter' | 'entriesAfter'>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
};

/** How many rows are read at once, each time in a transaction of its own. */
const pageRows = 500;

/**
 * A row may be committed a moment after the instant that it bears. Younger rows than this wait, so that none appears before a cursor that
 * was given out: a later export goes on from it without a gap.
 */
export const settleMs = 2000;

/** Creates the exporter. */
export function createExporter({ store, clock }: ExporterDeps): Exporter {
  const wait = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));

  async function readPage(
    { kind, format }: ExportRequest,
    environment: Environment,
    after: Place | null,
    until: number,
  ) {
    const read = { jobs: () => readJobs(), ledger: () => readEntries() };
    const cursorAt = (at: number, id: string) => cursorOf(kind, environment, { at, id });
    async function readJobs() {
      const jobs = await store.jobsAfter(environment, after, until, pageRows);
      return jobs.map((job) => ({
        at: job.createdAt,
        id: job.id,
        row: jobRowOf(job, cursorAt(job.createdAt, job.id)),
      }));
    }
    async function readEntries() {
      const entries = await store.entriesAfter(environment, after, until, pageRows);
      return entries.map((entry) => {
        const { createdAt: at, id } = entry;
        return { at, id, row: entryRowOf(entry, environment, cursorAt(at, id)) };
      });
    }
    const rows = await read[kind]();
    return {
      text: rows.map(({ row }) => lineOf(row, format)).join(''),
      last: rows.at(-1),
      isFull: rows.length === pageRows,
    };
  }

  async function* environmentOf(
    request: ExportRequest,
    environment: Environment,
    from: Place | null,
    startedAt: number,
  ) {
    let after = from;
    for (;;) {
      const until = clock.now() - settleMs;
      const { text, last, isFull } = await readPage(request, environment, after, until);
      after = last ?? after;
      if (text !== '') yield text;
      if (isFull) continue;
      // Everything that was there when the export began is in it now.
      if (until >= startedAt) return;
      await wait(startedAt - until);
    }
  }

  async function* piecesOf(request: ExportRequest, from: Cursor | null) {
    const { kind, format, environments } = request;
    const startedAt = clock.now();
    if (format === 'csv' && from === null) yield headerLineOf(kind);
    const first = from === null ? 0 : environments.indexOf(from.environment);
    for (const environment of environments.slice(first)) {
      yield* environmentOf(request, environment, from?.environment === environment ? from.place : null, startedAt);
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
