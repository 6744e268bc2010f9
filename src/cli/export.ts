import { exportFormats, exportKinds } from '../domain/export-row.ts';
import type { Environment } from '../domain/job.ts';
import { periodSentence, readPeriod } from '../domain/period.ts';
import type { Exporter, ExportRequest } from '../gateway/export.ts';
import { readOptions } from './command-line.ts';
import { failedOutcome, type Outcome } from './outcome.ts';

/** The usage of `reelgate export`. */
export const exportUsage = `Usage: reelgate export jobs|ledger|audit [--format csv|ndjson] [--env test|live] [--from TIME] [--to TIME]
                       [--after CURSOR]

  Prints all jobs, without prompts and videos, all ledger entries or the whole audit log, oldest first. It works while a gateway is running.
  --format   csv (the default), or ndjson: one JSON object a line
  --env      only this environment; otherwise LIVE, then TEST
  --from     only what was made at this time or later, such as 2026-11-01 (in UTC) or 2026-11-01T09:30:00Z
  --to       only what was made before this time
  --after    go on after the row with this cursor, without a header line: after an interruption, or for what is new since
`;

/** Parses the arguments. */
export function readExportCommand(args: readonly string[]): ExportRequest | { readonly usage: string } {
  const text = { type: 'string' } as const;
  const options = { format: text, env: text, from: text, to: text, after: text } as const;
  const given = readOptions({ args: [...args], options, allowPositionals: true });
  if ('problem' in given) return { usage: `${given.problem}.\n\n${exportUsage}` };
  const [name, ...rest] = given.positionals;
  const { format: form = 'csv', env = 'both', from = null, to = null, after = null } = given.values;
  const kind = exportKinds.find((each) => each === name);
  const format = exportFormats.find((each) => each === form);
  const environments = environmentsOf.get(env);
  if (kind === undefined || format === undefined || environments === undefined || rest.length > 0) {
    return { usage: exportUsage };
  }
  const period = readPeriod(from, to);
  if (period === undefined) return { usage: `--from and --to are ${periodSentence}\n\n${exportUsage}` };
  return { kind, format, environments, period, after };
}

const environmentsOf = new Map<string, readonly Environment[]>([
  ['both', ['LIVE', 'TEST']],
  ['live', ['LIVE']],
  ['test', ['TEST']],
]);

/** Writes an export. `write` fulfils when its reader has room for more. Returns null, or why there is none. */
export async function runExport(
  request: ExportRequest,
  exporter: Exporter,
  write: (text: string) => Promise<void>,
): Promise<Outcome | null> {
  const exported = exporter.export(request);
  if (exported === null) return failedOutcome('--after is not a cursor of this export.');
  for await (const piece of exported.pieces) await write(piece);
  return null;
}
