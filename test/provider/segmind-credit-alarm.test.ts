import { describe, expect, it } from 'vitest';
import type { Log } from '../../src/ports.ts';
import { json, status } from './misbehaving-server.ts';
import { openWorld } from './segmind-world.ts';

/** A log that keeps level and fields of each line about credits. */
function createCreditLog() {
  const lines: unknown[] = [];
  const keep = (level: string) => (fields: Readonly<Record<string, unknown>>) => {
    if ('lowCredits' in fields) lines.push([level, fields]);
  };
  const log: Log = { debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
  return { log, lines };
}

const left = (credits: string) => json(200, { status: 'QUEUED' }, { 'x-remaining-credits': credits });

describe('the alarm on the provider’s credits', () => {
  it('is logged once when they fall below the setting, and again only after they have risen', async () => {
    const { log, lines } = createCreditLog();
    const { server, segmind, running } = await openWorld(left('10'), { log, lowCredits: 10 });
    const poll = async (credits: string) => {
      server.behave(left(credits));
      await segmind.poll(running);
    };
    await poll('10');
    expect(lines).toEqual([]);
    for (const credits of ['9.99', '9.5', '3']) await poll(credits);
    const low = (credits: number) => ['warn', { event: 'low-provider-credits', credits, lowCredits: 10 }];
    expect(lines).toEqual([low(9.99)]);
    server.behave(status(500));
    await segmind.poll(running);
    expect(lines).toHaveLength(1);
    await poll('50');
    expect(lines.slice(1)).toEqual([['info', { credits: 50, lowCredits: 10 }]]);
    await poll('1');
    expect(lines.slice(2)).toEqual([low(1)]);
  });

  it('hears the credits that health asks for, too, and shows there that they are low', async () => {
    const { log, lines } = createCreditLog();
    const { segmind } = await openWorld(json(200, { credits: 4 }), { log, lowCredits: 5 });
    expect(await segmind.health()).toMatchObject({ credits: 4, creditsLow: true });
    expect(segmind.remainingCredits()).toBe(4);
    expect(lines).toHaveLength(1);
  });

  it('is silent without a setting', async () => {
    const { log, lines } = createCreditLog();
    const { segmind } = await openWorld(json(200, { credits: 0 }), { log });
    expect(await segmind.health()).toMatchObject({ credits: 0, creditsLow: false });
    expect(lines).toEqual([]);
  });
});
