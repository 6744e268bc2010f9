import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { makeFolder, startGateway } from '../world/gateway.ts';

/** Once a process is about to exit, it makes millions of objects that stay, and says whether V8 then makes one of them among the old objects. */
const probe = `
  import { setFlagsFromString } from 'node:v8';
  process.on('exit', () => {
    setFlagsFromString('--allow-natives-syntax');
    const isYoung = new Function('object', 'return %InYoungGeneration(object)');
    const make = (number) => ({ number, same: number });
    const kept = [];
    for (let number = 0; number < 3_000_000; number += 1) kept.push(make(number));
    console.log(isYoung(make(0)) ? 'a new object is young' : 'a new object is old');
  });`;

test('a burst of objects that stay does not have a gateway make the next ones among the old', async () => {
  const folder = await makeFolder();
  onTestFinished(() => folder.remove());
  const gateway = await startGateway(folder.path, {
    NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(probe)}"`,
  });
  onTestFinished(() => gateway.kill());
  const closed = once(gateway.process, 'close');
  expect(await gateway.stop()).toBe(0);
  await closed;
  expect(gateway.output()).toContain('a new object is young');
});
