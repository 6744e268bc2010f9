import { presentable } from './provider-text.ts';
import type { Redact } from './redact.ts';
import { recordsOf } from './wrapper.ts';

const maxNames = 20;

const maxCharacters = 40;

/** The names of an answer's members and of what it wraps, for a log: its values may be secret, and stay out. */
export function memberNamesOf(json: unknown, redact: Redact): readonly string[] {
  const names = recordsOf(json).flatMap((record) => Object.keys(record));
  const shown = [...new Set(names)].slice(0, maxNames).map((name) => [...presentable(name, redact)]);
  return shown.map((characters) => characters.slice(0, maxCharacters).join(''));
}
