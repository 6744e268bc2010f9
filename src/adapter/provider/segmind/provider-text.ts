import type { Redact } from './redact.ts';
import { isRecord, type JsonObject } from './response.ts';

/** Where the provider puts its sentences, in the order in which they are believed. */
const sentences = [
  ...['error', 'errors', 'error_message', 'errorMessage', 'error_msg', 'failure_reason', 'fail_reason', 'reason'],
  ...['task_status_msg', 'message', 'msg', 'detail', 'details', 'error_description'],
];

/** Where a sentence stands inside such a member. */
const innerSentences = [...sentences, 'description', 'title'];

/** Where it puts a word for programs. */
const codes = ['code', 'error_code', 'errorCode', 'error_type'];

/** What only repeats the request. */
const echoes = new Set(['input', 'inputs', 'prompt', 'text_prompt', 'ctx', 'request', 'params', 'parameters', 'url']);

const maxDepth = 5;

const maxParts = 10;

const maxWords = 40;

const maxCharacters = 500;

/** A shorter prompt may stand in any sentence by chance. */
const minPromptCharacters = 6;

/** Why the provider says that a job failed or was refused; null where it gives no reason. As it was written, so to be made `presentable`. */
export function reasonIn(records: readonly JsonObject[]): string | null {
  return sentencesIn(records).find((text) => oneLine(text) !== '') ?? null;
}

/** Everything that an answer says in sentences, the most believed first. Not fit to be shown. */
export function sentencesIn(records: readonly JsonObject[]): readonly string[] {
  const texts = sentences.flatMap((member) => records.map((record) => textOf(record[member], 0)));
  return texts.filter((text) => text !== '');
}

/** All that an answer says of a failure, codes and sentences, for telling failures apart; empty where it says nothing. Not fit to be shown. */
export function wordsIn(records: readonly JsonObject[]): string {
  const members = [...codes, ...sentences];
  return records
    .flatMap((record) => members.flatMap((member) => textsIn(record[member], 0)))
    .slice(0, maxWords)
    .join('\n');
}

/** A text in which the job's own prompt does not stand, where the provider repeats it: its words are not the provider's. */
export function withoutPrompt(text: string, prompt: string | null): string {
  const words = prompt?.trim() ?? '';
  if (words.length < minPromptCharacters) return text;
  const escaped = JSON.stringify(words).slice(1, -1);
  const line = oneLine(words);
  return [words, escaped, line].reduce((left, form) => (form === '' ? left : left.replaceAll(form, '[prompt]')), text);
}

/** One line of at most 500 characters without keys, control characters, halves of characters, or marks that turn the direction of writing. */
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

/** Every text in a value, save for what repeats the request. */
function textsIn(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value.trim()];
  if (depth === maxDepth) return [];
  if (Array.isArray(value)) return value.slice(0, maxWords).flatMap((item) => textsIn(item, depth + 1));
  if (!isRecord(value)) return [];
  const told = Object.entries(value).filter(([member]) => !echoes.has(member));
  return told.slice(0, maxWords).flatMap(([, item]) => textsIn(item, depth + 1));
}
