import { expect, test } from 'vitest';
import { createCloseStack } from '../../src/lib/close-stack.ts';

test('what was opened last is closed first, also below one that failed, and once only', async () => {
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

test('a start that failed waits no longer for its closing than it may, and keeps its own error', async () => {
  const stack = createCloseStack();
  stack.push(() => new Promise<void>(() => undefined));
  await stack.closeWithin(1);
  const failing = createCloseStack();
  failing.push(() => Promise.reject(new Error('no')));
  await failing.closeWithin(60_000);
});
