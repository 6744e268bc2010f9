import { describe, expect, test } from 'vitest';
import { generate, watchJob } from '../../gateway/operations.ts';
import { makeFolder, request, runGateway, startGateway, subscribe } from '../../world/gateway.ts';
import { openTestProvider } from '../../world/provider.ts';

describe('starting and stopping', () => {
  test('SIGTERM lets a POST in flight finish, and exits 0', async () => {
    const folder = await makeFolder();
    const provider = await openTestProvider();
    const gateway = await startGateway(folder.path, { SEGMIND_API_KEY: 'SG_x1', SEGMIND_BASE_URL: provider.url });
    let release: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => {
      provider.script = {
        async submit() {
          resolve();
          await new Promise<void>((letGo) => {
            release = letGo;
          });
          return false;
        },
      };
    });
    const pending = request(gateway, generate, { input: { idempotencyKey: 'k' } }).catch(() => null);
    await arrived;
    const stopped = gateway.stop();
    release();
    expect(await stopped).toBe(0);
    await pending;
    const again = await startGateway(folder.path, {
      SEGMIND_API_KEY: 'SG_x1',
      SEGMIND_BASE_URL: provider.url,
      POLL_INTERVAL_MS: '100',
    });
    const { data } = await request(again, generate, { input: { idempotencyKey: 'k' } });
    expect(data.generateVideo).toMatchObject({ replayed: true });
    expect(data.generateVideo.job.status).not.toBe('FAILED');
    expect(provider.submissions).toHaveLength(1);
    await again.stop();
    await provider.close();
    await folder.remove();
  });

  test('a second process on the same database, a taken port and a bad setting are refused with a sentence', async () => {
    const folder = await makeFolder();
    const gateway = await startGateway(folder.path);
    const second = await runGateway(folder.path, {});
    expect(second.code).toBe(1);
    expect(second.output).toMatch(/database|process/i);
    expect(second.output).not.toMatch(/^\s+at /m);

    const other = await makeFolder();
    const taken = await runGateway(other.path, { PORT: new URL(gateway.url).port });
    expect(taken).toMatchObject({ code: 1 });
    expect(taken.output).toContain('already in use');
    const bad = await runGateway(other.path, { POLL_INTERVAL_MS: 'soon' });
    expect(bad).toMatchObject({ code: 1 });
    expect(bad.output).toContain('POLL_INTERVAL_MS must be a whole number from 100 to 60000, not "soon".');
    await gateway.stop();
    await folder.remove();
    await other.remove();
  });

  test('a sandbox job survives a kill of the gateway', async () => {
    const folder = await makeFolder();
    const first = await startGateway(folder.path);
    const { data } = await request(first, generate, { input: { prompt: '@test/ok:3s' } });
    await first.kill();
    const second = await startGateway(folder.path);
    const updates = subscribe(second, watchJob, { id: data.generateVideo.job.id });
    expect((await updates.all()).at(-1)?.data.jobUpdated.status).toBe('COMPLETED');
    await updates.close();
    expect(await second.stop()).toBe(0);
    await folder.remove();
  });
});
