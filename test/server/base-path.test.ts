import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { basePathOf as basePathOfScript, keyPrefixOf } from '../../dashboard/src/base.ts';
import { basePathOf, createBaseRemoval } from '../../src/lib/base-path.ts';
import { problemOf } from '../config/world.ts';

function without(base: string, target: string): string | undefined {
  const request = new IncomingMessage(new Socket());
  request.url = target;
  return createBaseRemoval(base)(request).url;
}

test.each([
  ['/gate', '/gate', '/'],
  ['/gate', '/gate/', '/'],
  ['/gate', '/gate?x=/gate/y', '/?x=/gate/y'],
  ['/gate', '/gate/jobs/a?x=1?2', '/jobs/a?x=1?2'],
  ['/gate', '/gates/jobs', '/gates/jobs'],
  ['/gate', '/jobs', '/jobs'],
  ['/gate', '/healthz', '/healthz'],
  ['/gate', 'http://host/gate/jobs?x', '/jobs?x'],
  ['/a/b', '/a/b/graphql', '/graphql'],
  ['/a/b', '/a/graphql', '/a/graphql'],
  ['', '/gate/jobs', '/gate/jobs'],
])('below %s, %s is %s', (base, target, inside) => expect(without(base, target)).toBe(inside));

test('the path of a URL has no slash at its end', () => {
  expect(['https://x.example', 'https://x.example/', 'https://x.example/a/b//'].map(basePathOf)).toEqual([
    '',
    '',
    '/a/b',
  ]);
});

test('the dashboard finds its path in the address of its script', () => {
  const base = (script: string) => basePathOfScript(script);
  expect(base('https://x.example/assets/index-a.js')).toBe('');
  expect(base('https://x.example/a/b/assets/index-a.js')).toBe('/a/b');
});

test('no gateway’s keys in the browser’s storage begin with those of another path', () => {
  const prefixes = ['', '/one', '/one.more', '/one/more', '/on'].map(keyPrefixOf);
  for (const prefix of prefixes)
    expect(prefixes.filter((other) => `${other}draft`.startsWith(prefix))).toEqual([prefix]);
});

test('a PUBLIC_URL whose path is like one of the gateway’s own is refused, and one that is not plain', () => {
  const pages = ['jobs', 'credits', 'webhooks', 'webhooks/x', 'keys', 'users', 'admin', 'assets'];
  const others = ['docs', 'graphql/x', 'graphiql', 'schema.graphql', 'videos', 'export', 'sandbox'];
  for (const path of [...pages, ...others, 'healthz', 'readyz', 'metrics'])
    expect(problemOf({ PUBLIC_URL: `https://x.example/${path}` })).toContain(
      'PUBLIC_URL must not have a path that begins',
    );
  for (const path of ['a//b', 'a%20b'])
    expect(problemOf({ PUBLIC_URL: `https://x.example/${path}` })).toContain('PUBLIC_URL must have a plain path');
  for (const path of ['', '/', '/reelgate/', '/a/docs'])
    expect(problemOf({ PUBLIC_URL: `https://x.example${path}` })).toBe('');
});
