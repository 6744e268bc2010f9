import { readFileSync } from 'node:fs';

/** The documents of a JSON file of the form {"id": "document"}, by id; or what is wrong with the file, as the end of a sentence about it. */
export function readDocuments(file: string): ReadonlyMap<string, string> | string {
  let text = '';
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
  }
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return 'is none';
    const entries = Object.entries(json).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return entries.length === Object.keys(json).length ? new Map(entries) : 'is none';
  } catch {
    return 'is none';
  }
}
