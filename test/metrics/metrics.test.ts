import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { jobFailureCodes } from '../../src/domain/failure-code.ts';
import { projectRoot } from '../../src/lib/package.ts';
import { generate } from '../gateway/operations.ts';
import {
  makeFolder,
  request,
  startGateway,
  subscribe,
  type TestGateway,
  testSecret,
  tokenOf,
} from '../world/gateway.ts';
import { type Samples, scrape } from './samples.ts';

const token = 'a-token-of-the-scrapes';

const secretPrompt = 'A prompt that nobody may read in metrics';

const waiting = { timeout: 60_000, interval: 100 };

const watch = 'subscription ($id: ID!) { jobUpdated(id: $id) { status } }';

const settings = { AUTH_JWT_SECRET: testSecret, METRICS_TOKEN: token };

/** Orders a video in TEST and watches it to its end. */
async function order(gateway: TestGateway, user: string, prompt: string): Promise<string> {
  const bearer = await tokenOf(user, { env: 'test' });
  const { data } = await request(gateway, generate, { input: { prompt } }, bearer);
  const { job, failedJob } = data.generateVideo;
  const { id } = job ?? failedJob;
  const watching = subscribe(gateway, watch, { id }, bearer);
  await watching.all();
  await watching.close();
  return id;
}

describe('a gateway with METRICS_TOKEN', () => {
  let gateway: TestGateway;
  let samples: Samples;
  const ids: string[] = [];

  beforeAll(async () => {
    const folder = await makeFolder();
    gateway = await startGateway(folder.path, settings);
    const prompts = ['@test/ok:1s', '@test/ok:1s', '@test/fail', '@test/submit:502', '@test/submit:406'];
    ids.push(...(await Promise.all(prompts.map((prompt) => order(gateway, 'ana', prompt)))));
    ids.push(await order(gateway, 'ben', `@test/ok:1s ${secretPrompt}`));
    samples = await scrape(gateway.url, token);
    return async () => {
      await gateway.stop();
      await folder.remove();
    };
  });

  test('counts jobs as the ledger does', async () => {
    const ledger = 'query { viewer { account { held ledger(first: 100) { nodes { kind credits } } } } }';
    const entries = await Promise.all(
      ['ana', 'ben'].map(async (user) => {
        const { data } = await request(gateway, ledger, {}, await tokenOf(user, { env: 'test' }));
        expect(data.viewer.account.held).toBe(0);
        return data.viewer.account.ledger.nodes;
      }),
    );
    const captures = entries.flat().filter(({ kind }: { kind: string }) => kind === 'CAPTURE');
    const captured = captures.reduce((sum: number, { credits }: { credits: number }) => sum - credits, 0);
    expect(captured).toBeGreaterThan(0);
    expect(samples.of('reelgate_credits_total', { environment: 'TEST', kind: 'captured' })).toBe(captured);
    expect(samples.of('reelgate_jobs_total', { environment: 'TEST', outcome: 'completed' })).toBe(captures.length);
    const [held, released] = ['held', 'released'].map((kind) =>
      samples.of('reelgate_credits_total', { environment: 'TEST', kind }),
    );
    expect(held).toBe(captured + (released ?? 0));
    expect(samples.of('reelgate_jobs_admitted_total', { environment: 'TEST' })).toBe(ids.length);
  });

  test('counts grants, corrections and refunds, so that the counters add up to the balances', async () => {
    const admin = await tokenOf('root', { env: 'test', roles: ['admin'] });
    const grant = 'mutation ($input: GrantCreditsInput!) { grantCredits(input: $input) { __typename } }';
    const input = { userId: 'cleo', credits: 70, reason: 'Gift', idempotencyKey: 'once' };
    for (let time = 0; time < 2; time += 1) await request(gateway, grant, { input }, admin);
    await request(gateway, grant, { input: { userId: 'cleo', credits: -20, reason: 'Correction' } }, admin);
    const refund = `mutation ($id: ID!) { refundJob(id: $id, reason: "Blurred") { __typename } }`;
    for (let time = 0; time < 2; time += 1) await request(gateway, refund, { id: ids[0] }, admin);
    const now = await scrape(gateway.url, token);
    const counted = (kind: string) => now.of('reelgate_credits_total', { environment: 'TEST', kind }) ?? 0;
    expect([counted('taken_back'), counted('refunded')]).toEqual([20, 67]);
    const all = '{ operations { accounts(first: 100) { nodes { userId balance } } } }';
    const { accounts } = (await request(gateway, all, {}, admin)).data.operations;
    const balances = accounts.nodes.reduce((sum: number, { balance }: { balance: number }) => sum + balance, 0);
    expect(counted('granted') - counted('taken_back') + counted('refunded') - counted('captured')).toBe(balances);
  });

  test('counts failures by code, losses by kind, and what was asked of the provider', () => {
    const failed = (failure_code: string) => samples.of('reelgate_jobs_total', { environment: 'TEST', failure_code });
    expect(failed('GENERATION_FAILED')).toBe(1);
    expect(failed('SUBMISSION_UNCONFIRMED')).toBe(1);
    expect(failed('INSUFFICIENT_CREDITS')).toBe(1);
    expect(failed('PROVIDER_JOB_LOST')).toBe(0);
    expect(samples.of('reelgate_losses_total', { environment: 'TEST', kind: 'unconfirmed' })).toBe(1);
    const asked = (kind: string, result: string) =>
      samples.of('reelgate_provider_requests_total', { environment: 'TEST', kind, result });
    expect(asked('submit', 'accepted')).toBe(4);
    expect(asked('submit', 'unconfirmed')).toBe(1);
    expect(asked('submit', 'refused')).toBe(1);
    expect(asked('poll', 'completed')).toBe(3);
    expect(samples.of('reelgate_provider_request_seconds_count', { environment: 'TEST', kind: 'submit' })).toBe(6);
    expect(samples.of('reelgate_job_seconds_count', { environment: 'TEST', phase: 'total' })).toBe(3);
    expect(samples.of('reelgate_job_seconds_count', { environment: 'TEST', phase: 'queue' })).toBe(4);
  });

  test('counts stored videos, and shows what runs', async () => {
    await vi.waitFor(async () => {
      const now = await scrape(gateway.url, token);
      expect(now.of('reelgate_video_copies_total', { environment: 'TEST', result: 'stored' })).toBe(3);
      expect(now.of('reelgate_video_stored_bytes_total', { environment: 'TEST' })).toBeGreaterThan(10_000);
    }, waiting);
    const bearer = await tokenOf('ana', { env: 'test' });
    const { data } = await request(gateway, generate, { input: { prompt: '@test/slow:60s' } }, bearer);
    const watching = subscribe(gateway, watch, { id: data.generateVideo.job.id }, bearer);
    await watching.next();
    const now = await scrape(gateway.url, token);
    expect(now.of('reelgate_sockets', {})).toBe(1);
    expect(now.of('reelgate_subscriptions', {})).toBe(1);
    expect(now.sumOf('reelgate_jobs', { environment: 'TEST' })).toBe(1);
    await watching.close();
    await vi.waitFor(
      async () => expect((await scrape(gateway.url, token)).of('reelgate_sockets', {})).toBe(0),
      waiting,
    );
  });

  test('measures requests by route, and no address of a client makes a series', async () => {
    const before = (await scrape(gateway.url, token)).series;
    for (let place = 0; place < 20; place += 1) {
      await fetch(`${gateway.url}/videos/${'0'.repeat(30)}${10 + place}.mp4`);
      await fetch(`${gateway.url}/nowhere/${place}`);
      await fetch(`${gateway.url}/graphql`, { method: 'PROPFIND' });
    }
    const after = await scrape(gateway.url, token);
    const measured = (http_route: string, status: string) =>
      after.of('http_server_request_duration_seconds_count', { http_route, http_response_status_code: status });
    expect(measured('/videos/{file}', '404')).toBe(20);
    expect(measured('/{page}', '404')).toBe(20);
    expect(after.sumOf('http_server_request_duration_seconds_count', { http_request_method: '_OTHER' })).toBe(20);
    expect(measured('/graphql', '200')).toBeGreaterThan(6);
    // Three new combinations, each a histogram.
    expect(after.series - before).toBeLessThan(60);
    expect(after.series).toBeLessThan(1000);
  });

  test('shows no user, job, prompt or token, and its token is in no log line', async () => {
    const { text } = await scrape(gateway.url, token);
    for (const word of [secretPrompt, 'ana', 'ben', token, ...ids]) expect(text).not.toContain(`"${word}`);
    expect(text).not.toContain(secretPrompt);
    expect(gateway.output()).not.toContain(token);
  });

  test('asks for the token', async () => {
    for (const authorization of [
      undefined,
      'Bearer',
      `Bearer ${token}x`,
      `Basic ${token}`,
      `Bearer ${await tokenOf('ana')}`,
    ]) {
      const response = await fetch(`${gateway.url}/metrics`, {
        headers: authorization === undefined ? {} : { authorization },
      });
      expect([authorization, response.status]).toEqual([authorization, 401]);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.text()).not.toContain('reelgate_');
    }
    const response = await fetch(`${gateway.url}/metrics`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    expect(response.status).toBe(405);
  });

  test('has every metric of the alerts, the dashboard and the documentation', async () => {
    const { names } = await scrape(gateway.url, token);
    const read = (...path: string[]) => readFileSync(join(projectRoot(), ...path), 'utf8');
    const rules: { groups: { rules: { expr: string; annotations: { action: string } }[] }[] } = parse(
      read('deploy', 'prometheus-rules.yaml'),
    );
    const alerts = rules.groups.flatMap(({ rules: each }) => each);
    expect(alerts).toHaveLength(12);
    for (const { annotations } of alerts) expect(annotations.action).toMatch(/\.$/);
    const panels: { panels: { targets: { expr: string }[] }[] } = JSON.parse(read('deploy', 'grafana.json'));
    const shown = panels.panels.flatMap(({ targets }) => targets);
    const used = [...alerts, ...shown].flatMap(
      ({ expr }) => expr.match(/\b(reelgate|http_server|nodejs|process)_\w+/g) ?? [],
    );
    const documented = read('docs', 'metrics.md').match(/\b(reelgate|http_server)_[a-z_]+[a-z]/g) ?? [];
    expect(used.length).toBeGreaterThan(20);
    for (const name of new Set([...used, ...documented])) expect(names).toContain(name);
    for (const name of names.filter((each) => /^reelgate_|^http_/.test(each) && !/_(bucket|sum|count)$/.test(each)))
      expect(documented).toContain(name);
    const codes = alerts.flatMap(({ expr }) => /failure_code=~"([A-Z_|]+)"/.exec(expr)?.[1]?.split('|') ?? []);
    expect(codes.length).toBeGreaterThan(0);
    for (const code of codes) expect(jobFailureCodes).toContain(code);
  });
});
