import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ForbiddenTarget, readTarget } from '../../src/adapter/webhook/guard.ts';
import { projectRoot } from '../../src/lib/package.ts';

const page = readFileSync(join(projectRoot(), 'docs/webhooks.md'), 'utf8');

/** The ports that a sentence of the page names, such as `6665 to 6669, 6679 and 11211`. */
function portsOf(text: string): readonly number[] {
  return [...text.matchAll(/(\d+)(?: to (\d+))?/g)].flatMap(([, from, to = from]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index),
  );
}

function isRefused(port: number): boolean {
  try {
    readTarget(`https://backend.example.com:${port}/`, 'LIVE', { allowedHosts: [], loopbackInTest: false });
    return false;
  } catch (error) {
    return error instanceof ForbiddenTarget;
  }
}

test('docs/webhooks.md names every port that is refused', () => {
  const [, low = '', list = ''] = /port below 1024 other than ([^,]+), or .*?: (.*?);$/ms.exec(page) ?? [];
  const allowed = portsOf(low);
  const named = new Set(portsOf(list));
  for (let port = 1; port < 65_536; port += 1)
    expect(isRefused(port), `${port}`).toBe(named.has(port) || (port < 1024 && !allowed.includes(port)));
});
