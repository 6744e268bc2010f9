import { describe, expect, it } from 'vitest';
import { createLineRedact } from '../../src/adapter/log/pino.ts';

const clean = createLineRedact({ keys: ['jobkey', 'a"b'], passwords: ['postgres', 'p@ss'] });

describe('a log line', () => {
  it.each([
    ['a key anywhere', '{"msg":"xjobkeyx"}', '{"msg":"x[redacted]x"}'],
    ['a key with quotes', JSON.stringify({ msg: 'is a"b it' }), '{"msg":"is [redacted] it"}'],
    ['what looks like a key', '{"msg":"key SG_0123abcd, is bad"}', '{"msg":"key [redacted], is bad"}'],
    ['what looks like a key behind a line break', '{"msg":"key\\nSG_0123abcd"}', '{"msg":"key\\n[redacted]"}'],
    [
      'a password in a URL',
      '{"msg":"postgres://postgres:postgres@h/db redis://:p%40ss@h"}',
      '{"msg":"postgres://postgres:[redacted]@h/db redis://:[redacted]@h"}',
    ],
    ['a password among arguments', '{"args":["default","p@ss"]}', '{"args":["default","[redacted]"]}'],
    ['a bearer token', '{"msg":"Bearer abc.def"}', '{"msg":"[redacted]"}'],
  ])('contains no %s', (_, line, cleaned) => {
    expect(clean(line)).toBe(cleaned);
  });

  it.each([
    '{"msg":"column \\"MSG_0001\\" of relation \\"jobs\\" violates SG_total_check"}',
    '{"msg":"password authentication failed for user \\"postgres\\"","routine":"auth_failed","table":"postgres"}',
    '{"url":"https://images.segmind.com/outputs/MSG_0001.mp4"}',
  ])('keeps %s unchanged', (line) => {
    expect(clean(line)).toBe(line);
  });
});
