import type { Redact } from './redact.ts';
import { isRecord, type JsonObject } from './response.ts';

/** The members in which the provider puts its sentences, the most trusted first. */
const sentences = [
  ...['error', 'errors', 'error_message', 'errorMessage', 'error_msg', 'failure_reason', 'fail_reason', 'reason'],
  ...['task_status_msg', 'message', 'msg', 'detail', 'details', 'error_description'],
];

/** The members of an object in one of those, which may hold the sentence. */
const innerSentences = [...sentences, 'description', 'title'];

/** The members in which the provider puts a code for programs. */
const codes = ['code', 'error_code', 'errorCode', 'error_type'];

/** Members that only repeat the request. */
const echoes = new Set(['input', 'inputs', 'prompt', 'text_prompt', 'ctx', 'request', 'params', 'parameters', 'url']);

const maxDepth = 5;

const maxParts = 10;

const maxWords = 40;

const maxCharacters = 500;

/** The provider's reason for a failure or a refusal; null if it gives none. The text is raw: pass it to `presentable` before showing it. */
export function reasonIn(records: readonly JsonObject[]): string | null {
  return sentencesIn(records).find((text) => oneLine(text) !== '') ?? null;
}

/** All sentences of a response, the most trusted first. The texts are raw and must not be shown. */
export function sentencesIn(records: readonly JsonObject[]): readonly string[] {
  const texts = sentences.flatMap((member) => records.map((record) => textOf(record[member], 0)));
  return texts.filter((text) => text !== '');
}

/** All codes and sentences about a failure, used to classify it; empty if there are none. The text is raw and must not be shown. */
export function wordsIn(records: readonly JsonObject[]): string {
  const members = [...codes, ...sentences];
  return records
    .flatMap((record) => members.flatMap((member) => textsIn(record[member], 0)))
    .slice(0, maxWords)
    .join('\n');
}

/** One line of at most 500 characters without keys, control characters, lone surrogates, or marks that change the writing direction. */
export function presentable(text: string, redact: Redact): string {
  const characters = [...redact(oneLine(text))];
  return characters.length <= maxCharacters
    ? characters.join('')
    : `${characters.slice(0, maxCharacters - 1).join('')}…`;
}

function oneLine(text: string): string {
  return text
    .replace(/[\s\u0085]+/gu, ' ')
    .replace(/[\p{Cc}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/gu, '')
    .trim();
}

/** The sentence in a string, an object, or a list of either. */
function textOf(value: unknown, depth: number): string {
  if (typeof value === 'string') return value.trim();
  if (depth === maxDepth) return '';
  if (Array.isArray(value)) return joined(value, depth);
  if (!isRecord(value)) return '';
  const named = innerSentences.map((member) => textOf(value[member], depth + 1)).find((text) => text !== '');
  return named ?? joined(Object.values(value), depth);
}

function joined(values: readonly unknown[], depth: number): string {
  const texts = values.map((value) => textOf(value, depth + 1)).filter((text) => text !== '');
  return texts.slice(0, maxParts).join('; ');
}

/** Every text in a value, except in members that repeat the request. */
function textsIn(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()];
  if (depth === maxDepth) return [];
  if (Array.isArray(value)) return value.slice(0, maxWords).flatMap((item) => textsIn(item, depth + 1));
  if (!isRecord(value)) return [];
  const entries = Object.entries(value).filter(([member]) => !echoes.has(member));
  return entries.slice(0, maxWords).flatMap(([, item]) => textsIn(item, depth + 1));
}
