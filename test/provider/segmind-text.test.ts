import { describe, expect, it } from 'vitest';
import { presentable, reasonIn } from '../../src/adapter/provider/segmind/provider-text.ts';
import { createRedact } from '../../src/adapter/provider/segmind/redact.ts';
import type { JsonObject } from '../../src/adapter/provider/segmind/response.ts';

const redact = createRedact('SG_0123456789abcdef');

/** The reason in a body, as it is shown. */
function shownOf(body: JsonObject): string | null {
  const reason = reasonIn([body]);
  return reason === null ? null : presentable(reason, redact);
}

describe('the provider’s reason for a failure', () => {
  it.each<[string, Readonly<Record<string, unknown>>, string | null]>([
    ['error', { error: 'Out of memory', message: 'x' }, 'Out of memory'],
    ['error_message', { error: null, error_message: 'Out of memory', message: 'x' }, 'Out of memory'],
    ['an object in error_message', { error_message: { code: 7, message: 'Out of memory' } }, 'Out of memory'],
    ['an object without known fields', { error_message: { flux: 'Out of memory', code: 7 } }, 'Out of memory'],
    [
      'a list of models and errors',
      {
        error_message: [
          { model: 'flux', error: 'A' },
          { model: 'wan', error: 'B' },
        ],
      },
      'A; B',
    ],
    ['a list of strings', { error: ['A', '', 'B'] }, 'A; B'],
    ['message', { error: '', message: 'Out of memory' }, 'Out of memory'],
    ['detail', { detail: [{ loc: ['seed'], msg: 'Bad seed', type: 'x' }] }, 'Bad seed'],
    ['nothing', { status: 'FAILED', error: false, message: 17, detail: {}, error_message: [] }, null],
    ['invisible text', { error: '\u0000\u200b', message: 'Out of memory' }, 'Out of memory'],
  ])('is in %s', (_, body, text) => {
    expect(shownOf(body)).toBe(text);
  });

  it.each([
    ['stays on one line', 'a\r\n\tb\u2028c', 'a b c'],
    ['has no control characters', 'a\u0000\u001b[31mb\u0085\u007f', 'a[31mb'],
    ['does not change the writing direction', 'a\u202eb\u2066c', 'abc'],
    ['keeps its HTML as text', '<b>a</b>&amp;', '<b>a</b>&amp;'],
    ['has no lone surrogates', 'a\ud800b', 'ab'],
    ['keeps emoji whole', 'a👩‍🚀b', 'a👩‍🚀b'],
    ['contains no key', 'key SG_abc, SG_0123456789abcdef.', 'key [redacted], [redacted].'],
    ['never contains the configured key', 'xSG_0123456789abcdef_y', 'x[redacted]_y'],
    ['keeps words that only end like a key', 'MSG_0001 and IMSG_abc', 'MSG_0001 and IMSG_abc'],
  ])('%s', (_, error, text) => {
    expect(shownOf({ error })).toBe(text);
  });

  it('has at most 500 characters, and no part of a key at its end', () => {
    const text = shownOf({ error: `${'👍'.repeat(495)}SG_0123456789abcdef` }) ?? '';
    expect(text).toBe(`${'👍'.repeat(495)}[red…`);
    expect(shownOf({ error: 'x'.repeat(500) })).toBe('x'.repeat(500));
  });

  it('is searched to a bounded depth, however deep the response is', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(200_000)}"x"${']'.repeat(200_000)}`);
    expect(shownOf({ error: deep, message: 'Out of memory' })).toBe('Out of memory');
  });
});
