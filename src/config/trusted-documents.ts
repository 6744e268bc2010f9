import { readFileSync } from 'node:fs';
import { mayShow, type Settings } from './env.ts';

/** Reads TRUSTED_DOCUMENTS: the documents of the file that it names, by id; null if it is unset or wrong. */
export function readTrustedDocuments({ text, refuse }: Settings): ReadonlyMap<string, string> | null {
  const file = text('TRUSTED_DOCUMENTS');
  if (file === null) return null;
  const documents = readDocuments(file);
  if (typeof documents !== 'string') return documents;
  const which = mayShow(file) ? `"${file}"` : 'that file';
  refuse('TRUSTED_DOCUMENTS', `must name a JSON file of the form {"id": "document", …}; ${which} ${documents}.`);
  return null;
}

/** Reads a JSON file such as `{"a1b2": "query { viewer { id } }"}` as documents by id. Returns the end of a sentence if it is invalid. */
function readDocuments(file: string): ReadonlyMap<string, string> | string {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
  }
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'is not one';
    const entries = Object.entries(json).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return entries.length === Object.keys(json).length ? new Map(entries) : 'is not one';
  } catch {
    return 'is not one';
  }
}
