import { readFileSync } from 'node:fs';

/** The documents of a JSON file of the form {"id": "document"}, by id. Null where it cannot be read, or is none of that form. */
export function readDocuments(file: string): ReadonlyMap<string, string> | null {
  try {
    const json: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
    const entries = Object.entries(json).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    return entries.length === Object.keys(json).length ? new Map(entries) : null;
  } catch {
    return null;
  }
}
