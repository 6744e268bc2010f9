import type { Environment } from '../domain/job.ts';
import type { Exporter, ExportRequest } from '../gateway/export.ts';
import { readOptions } from './command-line.ts';
import { failedOutcome, type Outcome } from './outcome.ts';

/** The usage of `reelgate export`. */
export const exportUsage = `Usage: reelgate export jobs|ledger [--format csv|ndjson] [--env test|live] [--after CURSOR]

  Prints all jobs, without prompts and videos, or all ledger entries, oldest first. It works while a gateway is running.
  --format   csv (the default), or ndjson: one JSON object a line
  --env      only this environment; otherwise LIVE, then TEST
  --after    go on after the row with this cursor, without a header line: after an interruption, or for what is new since
`;

/** Parses the arguments. */
export function readExportCommand(args: readonly string[]): ExportRequest | { readonly usage: string } {
  const text = { type: 'string' } as const;
  const options = { format: text, env: text, after: text } as const;
  const given = readOptions({ args: [...args], options, allowPositionals: true });
  if ('problem' in given) return { usage: `${given.problem}.\n\n${exportUsage}` };
  const [kind, ...rest] = given.positionals;
  const { format = 'csv', env = 'both', after = null } = given.values;
  const environments = environmentsOf.get(env);
  if ((kind !== 'jobs' && kind !== 'ledger') || rest.length > 0 || environments === undefined) {
    return { usage: exportUsage };
  }
  if (format !== 'csv' && format !== 'ndjson') return { usage: exportUsage };
  return { kind, format, environments, after };
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
