import { base, storageKeyOf } from './base.ts';
import { askForCredential, createHandover, type Handover } from './handover.ts';
import { currentSession, onSession, signIn } from './session.ts';

/** A new tab asks within seconds; a context menu may stay open for a while before its "open in new tab" is chosen. */
const clickMs = 10_000;
const menuMs = 60_000;
const answerMs = 2000;

/** Signs a new tab in as the user whose click opened it, and does the same for tabs that are opened from here. */
export function startHandover(): void {
  try {
    const name = storageKeyOf('handover');
    if (isNewTab() && currentSession().credential === null) {
      const accept = (credential: string) => {
        if (currentSession().credential === null) signIn(credential);
      };
      askForCredential(name, location.href, { accept, ms: answerMs });
    }
    watchLinks(createHandover(name, { credential: () => currentSession().credential, now: () => performance.now() }));
  } catch {
    // Without BroadcastChannel, or where the browser blocks it, a new tab asks its user.
  }
}

/** Whether this is the first page of its tab, and no reload of it: a tab that was signed out asks nobody. */
function isNewTab(): boolean {
  const [entry] = performance.getEntriesByType('navigation');
  return history.length === 1 && entry instanceof PerformanceNavigationTiming && entry.type === 'navigate';
}

/** Offers each link of the gateway that the user opens, or may be about to open, in a new tab. */
function watchLinks(handover: Handover): void {
  const offer = (event: MouseEvent, ms: number) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const isOwn = link?.origin === location.origin && `${link.pathname}/`.startsWith(`${base}/`);
    if (isOwn && event.isTrusted && currentSession().credential !== null) handover.offer(link.href, ms);
  };
  // While it goes down: a part of the page may stop an event on its way up.
  addEventListener(
    'click',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) offer(event, clickMs);
    },
    true,
  );
  addEventListener(
    'auxclick',
    (event) => {
      if (event.button === 1) offer(event, clickMs);
    },
    true,
  );
  addEventListener('contextmenu', (event) => offer(event, menuMs), true);
  onSession(handover.withdraw);
}
