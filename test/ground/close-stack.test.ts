import { expect, test } from 'vitest';
import { createCloseStack } from '../../src/lib/close-stack.ts';

test('resources close in reverse order, once each, even if one of them fails to close', async () => {
  const closed: string[] = [];
  const stack = createCloseStack();
  stack.push(() => void closed.push('store'));
  stack.push(() => {
    closed.push('ties');
    throw new Error('no');
  });
  stack.push(async () => void closed.push('server'));
  await expect(stack.closeAll()).rejects.toThrow('no');
  await expect(stack.closeAll()).rejects.toThrow('no');
  expect(closed).toEqual(['server', 'ties', 'store']);
});

test('a failed start waits for its cleanup only up to the limit, and keeps its own error', async () => {
  const stack = createCloseStack();
  stack.push(() => new Promise<void>(() => undefined));
  await stack.closeWithin(1);
  const failing = createCloseStack();
  failing.push(() => Promise.reject(new Error('no')));
  await failing.closeWithin(60_000);
});
