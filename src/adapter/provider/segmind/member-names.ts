import { presentable } from './provider-text.ts';
import type { Redact } from './redact.ts';
import { recordsOf } from './wrapper.ts';

const maxNames = 20;

const maxCharacters = 40;

/** The member names of a response and of the records that it wraps, for the log. Values may be secret and are left out. */
export function memberNamesOf(json: unknown, redact: Redact): readonly string[] {
  const names = recordsOf(json).flatMap((record) => Object.keys(record));
  const shown = [...new Set(names)].slice(0, maxNames).map((name) => [...presentable(name, redact)]);
  return shown.map((characters) => characters.slice(0, maxCharacters).join(''));
}
