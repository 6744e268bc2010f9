import { exportFormats, exportKinds } from '../domain/export-row.ts';
import { periodSentence, readPeriod } from '../domain/period.ts';
import type { Exporter, ExportRequest } from '../gateway/export.ts';
import { readOptions } from './command-line.ts';
import { failedOutcome, type Outcome } from './outcome.ts';
import { choiceSentence, chosenOrBoth, extraSentence, type Refusal, readEnvironment, refusal } from './refusal.ts';

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

/** Parses the arguments, or refuses them. */
export function readExportCommand(args: readonly string[]): ExportRequest | Refusal {
  const text = { type: 'string' } as const;
  const options = { format: text, env: text, from: text, to: text, after: text } as const;
  const given = readOptions({ args: [...args], options, allowPositionals: true });
  if ('problem' in given) return refusal(`${given.problem}.`, exportUsage);
  const [name, extra] = given.positionals;
  const { format: form = 'csv', env, from = null, to = null, after = null } = given.values;
  const kind = exportKinds.find((each) => each === name);
  if (kind === undefined) return refusal(choiceSentence('What to export', name, exportKinds), exportUsage);
  if (extra !== undefined) return refusal(extraSentence(extra, args, 'one kind is exported at a time'), exportUsage);
  const format = exportFormats.find((each) => each === form);
  if (format === undefined) return refusal(choiceSentence('--format', form, exportFormats), exportUsage);
  const read = readEnvironment(env);
  if ('problem' in read) return refusal(read.problem, exportUsage);
  const period = readPeriod(from, to);
  if (period === undefined) return refusal(`--from and --to are ${periodSentence}`, exportUsage);
  return { kind, format, environments: chosenOrBoth(read.environment), period, after };
}

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
