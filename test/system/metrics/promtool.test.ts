import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../../../src/lib/package.ts';
import { scrape } from '../../metrics/samples.ts';
import { makeFolder, startGateway } from '../../world/gateway.ts';

/** With CI set the tests always run, so that a missing promtool is a failure; elsewhere they are skipped. */
const hasPromtool = process.env['CI'] === 'true' || spawnSync('promtool', ['--version']).status === 0;

const token = 'a-token-of-the-scrapes';

describe.runIf(hasPromtool)('promtool (needs the Debian package prometheus)', () => {
  test('finds nothing wrong with the metrics', async () => {
    const folder = await makeFolder();
    const gateway = await startGateway(folder.path, { METRICS_TOKEN: token });
    onTestFinished(async () => {
      await gateway.stop();
      await folder.remove();
    });
    const { text } = await scrape(gateway.url, token);
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
    // It knows counters by their end in _total; Node's own summary metrics are prom-client's.
    const findings = `${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !line.startsWith('nodejs_'));
    expect([status === 0 || status === 3, findings]).toEqual([true, []]);
  });

  test('finds nothing wrong with the alerts', () => {
    const rules = join(projectRoot(), 'deploy', 'prometheus-rules.yaml');
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', rules], { encoding: 'utf8' });
    expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('12 rules found')]);
  });

  test('lets each alert ring when its trouble is there, and none without', async () => {
    const folder = await makeFolder();
    onTestFinished(folder.remove);
    const file = join(projectRoot(), 'test', 'system', 'metrics', 'alerts.yaml');
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' });
    expect([status, `${stdout}${stderr}`]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });
});
