import { isRecord, type JsonObject } from './answer.ts';
import type { Redact } from './redact.ts';

/** Where the provider puts its sentences, in the order in which they are believed. */
const fields = ['error', 'error_message', 'message', 'detail', 'error_description'];
/** Where a sentence stands inside such a field. */
const innerFields = [...fields, 'msg', 'reason', 'description'];

const maxDepth = 5;
const maxParts = 10;
const maxCharacters = 500;

/** Why the provider says that a job failed, fit to be shown as plain text: at most 500 characters. Null where it gives no reason. */
export function failureTextOf(body: JsonObject, redact: Redact): string | null {
  const text = fields.map((field) => presentable(textOf(body[field], 0), redact)).find((found) => found !== '');
  return text ?? null;
}

/** Everything that an answer says in words, for telling answers apart; empty where it says nothing. Not fit to be shown. */
export function wordsOf(body: JsonObject): string {
  return fields
    .map((field) => textOf(body[field], 0))
    .filter((text) => text !== '')
    .join('\n');
}

/** The sentence in a string, an object, or a list of either. */
function textOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return value.trim();
  if (depth === maxDepth) return '';
  if (Array.isArray(value)) return joined(value, depth);
  if (!isRecord(value)) return '';
  const named = innerFields.map((field) => textOf(value[field], depth + 1)).find((text) => text !== '');
  return named ?? joined(Object.values(value), depth);
}

function joined(values: readonly unknown[], depth: number): string {
  const texts = values.map((value) => textOf(value, depth + 1)).filter((text) => text !== '');
  return texts.slice(0, maxParts).join('; ');
}

/** One line without keys, control characters, halves of characters, or marks that turn the direction of writing. */
function presentable(text: string, redact: Redact): string {
  const line = text
    .replace(/[\s\u0085]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu, '')
    .trim();
  const characters = [...redact(line)];
  return characters.length <= maxCharacters
    ? characters.join('')
    : `${characters.slice(0, maxCharacters - 1).join('')}…`;
}
