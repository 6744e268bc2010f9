import type { JsonObject } from './answer.ts';
import type { OutputPart } from './output.ts';
import { nameOf } from './output-name.ts';

/** Where the provider puts what a job came to. */
const first = ['output'];
/** Where its peers put it; a member whose name speaks of a video is one of these, too. */
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

/** The parts of a record and of those that it wraps in which a video may stand: `output` first, and then, for where that has none, all others. */
export function outputPartsOf(records: readonly JsonObject[]): readonly (readonly OutputPart[])[] {
  return [
    partsOf(records, (name) => first.includes(name)),
    partsOf(records, (name) => others.has(name) || nameOf(name) === 'video'),
  ];
}

function partsOf(records: readonly JsonObject[], isOne: (name: string) => boolean): readonly OutputPart[] {
  // Innermost first: what wraps a record may hold more than the job's own.
  return records.toReversed().flatMap((record) =>
    Object.entries(record)
      .filter(([name]) => isOne(name))
      .map(([name, value]) => ({ name, value })),
  );
}
