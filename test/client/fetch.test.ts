import { expect, it } from 'vitest';
import { createReelgate } from '../../client/src/index.ts';

it('fetch sends the headers and the body of a Request, also once more with a fresh token', async () => {
  const seen: unknown[] = [];
  let asked = 0;
  const kit = createReelgate({
    url: 'https://gate.example.com/graphql',
    token: () => {
      asked += 1;
      return `token-${asked}`;
    },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const [own, authorization] = ['x-own', 'authorization'].map((name) => request.headers.get(name));
      seen.push([request.method, own, authorization, await request.text()]);
      return new Response(null, { status: seen.length === 1 ? 401 : 200 });
    },
  });
  const given = new Request(kit.url, { method: 'POST', headers: { 'x-own': 'kept' }, body: 'A body' });
  expect((await kit.fetch(given)).status).toBe(200);
  expect(seen).toEqual([
    ['POST', 'kept', 'Bearer token-1', 'A body'],
    ['POST', 'kept', 'Bearer token-2', 'A body'],
  ]);
});
