import type { OutputPart } from './output.ts';
import { nameOf } from './output-name.ts';
import type { JsonObject } from './response.ts';

/** Where the provider puts what a job came to. */
const first = new Set(['output']);

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

/**
 * The members in which a video may stand: `output`, of whichever record has it, and then, for where that has none, those of the outermost
 * record, with all that it wraps.
 */
export function outputDepsOf(records: readonly JsonObject[]): readonly (readonly OutputPart[])[] {
  // Innermost first: what wraps a record may hold more than the job's own.
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
