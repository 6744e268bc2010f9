import { expect, test } from 'vitest';
import { sentenceOf } from '../../src/adapter/store/sqlite/engine/native-module.ts';

const rebuild = 'run "npm rebuild better-sqlite3"';

test.each([
  ['built for another Node', 'ERR_DLOPEN_FAILED', 'was compiled against … NODE_MODULE_VERSION 115', rebuild],
  ['built for another machine', 'ERR_DLOPEN_FAILED', 'better_sqlite3.node: invalid ELF header', rebuild],
  ['not built', undefined, 'Could not locate the bindings file. Tried:\n → build', `${rebuild}, which needs Python`],
])('a native module that is %s leads to a sentence that explains what to do', (_, code, message, expected) => {
  const error = Object.assign(new Error(message), code === undefined ? {} : { code });
  expect(sentenceOf(error)?.message).toContain(expected);
  expect(sentenceOf(error)?.message).not.toContain('\n');
});

test('other errors do not lead to that sentence', () => {
  expect(sentenceOf(new Error('disk I/O error'))).toBeNull();
  expect(sentenceOf('no error at all')).toBeNull();
});
