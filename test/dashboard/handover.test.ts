import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { askForCredential, createHandover, type Handover } from '../../dashboard/src/handover.ts';

const page = 'https://reelgate.test/jobs/1';

let names = 0;
const open: Handover[] = [];

afterEach(() => {
  for (const handover of open.splice(0)) handover.close();
});

/** Tabs of one gateway, with a clock of their own. */
function openTabs() {
  names += 1;
  const name = `handover-test-${process.pid}-${names}`;
  const clock = { now: 0 };
  return {
    clock,
    /** A tab that is signed in as the owner of the credential. */
    signedIn(credential: string | null) {
      const handover = createHandover(name, { credential: () => credential, now: () => clock.now });
      open.push(handover);
      return handover;
    },
    /** What a new tab gets that opens an address. */
    async ask(href: string): Promise<readonly string[]> {
      const got: string[] = [];
      askForCredential(name, href, { accept: (credential) => void got.push(credential), ms: 200 });
      await settled(() => got.length > 0);
      return got;
    },
    settled: () => settled(() => false),
  };
}

/** Lets messages arrive: channels deliver theirs in later turns of the event loop. */
async function settled(isDone: () => boolean): Promise<void> {
  for (let turns = 0; turns < 2000 && !isDone(); turns += 1) await turn();
}

describe('the hand-over of a session to a new tab', () => {
  it('answers the tab that opens the offered link, once, and no other', async () => {
    const tabs = openTabs();
    const ada = tabs.signedIn('ada');
    ada.offer(page, 1000);
    expect(await tabs.ask('https://reelgate.test/credits')).toEqual([]);
    expect(await tabs.ask(page)).toEqual(['ada']);
    expect(await tabs.ask(page)).toEqual([]);
  });

  it('ends after its time, and when the user signs out', async () => {
    const tabs = openTabs();
    const ada = tabs.signedIn('ada');
    ada.offer(page, 1000);
    tabs.clock.now = 1000;
    expect(await tabs.ask(page)).toEqual([]);
    ada.offer(page, 1000);
    ada.withdraw();
    expect(await tabs.ask(page)).toEqual([]);
    tabs.signedIn(null).offer(page, 1000);
    expect(await tabs.ask(page)).toEqual([]);
  });

  it('comes from the tab where the link was opened last', async () => {
    const tabs = openTabs();
    tabs.signedIn('ada').offer(page, 60_000);
    const bob = tabs.signedIn('bob');
    await tabs.settled();
    bob.offer(page, 1000);
    await tabs.settled();
    expect(await tabs.ask(page)).toEqual(['bob']);
    expect(await tabs.ask(page)).toEqual([]);
  });
});
