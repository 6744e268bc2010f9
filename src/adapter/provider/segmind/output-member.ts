import type { OutputPart } from './output.ts';
import { nameOf } from './output-name.ts';
import type { JsonObject } from './response.ts';

/** The member in which the provider puts a job's result. */
const first = new Set(['output']);

/** The members in which similar providers put it; a member whose name means a video counts, too. */
const others = new Set([
  ...[
    'outputs',
    'result',
    'results',
    'task_result',
    'data',
    'response',
    'url',
    'file',
    'files',
    'file_url',
    'download_url',
  ],
  ...['artifacts', 'assets', 'media', 'generations', 'generated', 'content'],
]);

/**
 * The members that may hold a video, in two groups: `output` of every record; then, as a fallback, the other candidates of the outermost
 * record with all that it wraps.
 */
export function outputPartsOf(records: readonly JsonObject[]): readonly (readonly OutputPart[])[] {
  // Innermost first: a wrapper may hold more than the job's own output.
  const outputs = partsOf(records.toReversed(), (name) => first.has(name));
  return [outputs, partsOf(records.slice(0, 1), (name) => others.has(name) || nameOf(name) === 'video')];
}

function partsOf(records: readonly JsonObject[], isOne: (name: string) => boolean): readonly OutputPart[] {
  return records.flatMap((record) =>
    Object.keys(record)
      .filter(isOne)
      .map((name) => ({ record, name })),
  );
}
