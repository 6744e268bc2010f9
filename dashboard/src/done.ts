import type { JobRow } from './api/operations.ts';
import { prefer, preferenceOf } from './preference.ts';
import { jobPath, navigate } from './route.ts';
import { announceInTitle } from './title.ts';
import { promptText } from './words.ts';

const mark = {
  idle: { colour: '%23b4236f', path: 'M6 4l6 4-6 4z' },
  COMPLETED: { colour: '%2317663a', path: 'M4 8.4l2.6 2.6L12.2 5.4l-1.4-1.4-4.2 4.2L5.4 7z' },
  FAILED: { colour: '%23a8261c', path: 'M7 3.5h2v5.5H7zM7 10.5h2v2H7z' },
} as const;

let unseen = 0;

/** Tells the user, who looks at another tab or window, that a job has ended: in the title, the icon, and a notification if they want it. */
export function tellWhenAway(job: JobRow): void {
  if (document.visibilityState === 'visible' && document.hasFocus()) return;
  const outcome = job.status === 'COMPLETED' || job.lateVideo !== null ? 'COMPLETED' : 'FAILED';
  unseen += 1;
  announceInTitle(`${unseen > 1 ? `(${unseen}) ` : ''}${outcome === 'COMPLETED' ? '✓ Ready' : '✕ Failed'} · `);
  showIcon(outcome);
  if (wantsNotifications()) notify(outcome === 'COMPLETED' ? 'Your video is ready' : 'Your video failed', job);
}

function notify(title: string, job: JobRow): void {
  try {
    const notification = new Notification(title, { body: promptText(job).slice(0, 120), tag: job.id });
    notification.onclick = () => {
      window.focus();
      navigate(jobPath(job.id));
      notification.close();
    };
  } catch {
    // Chrome for Android lets only service workers show notifications: the menu no longer claims that they come.
    prefer('notify', null);
  }
}

/** Takes the news from title and icon once the user is back. Returns how to stop. */
export function clearWhenBack(): () => void {
  const clear = () => {
    if (document.visibilityState !== 'visible' || unseen === 0) return;
    unseen = 0;
    announceInTitle('');
    showIcon('idle');
  };
  addEventListener('focus', clear);
  document.addEventListener('visibilitychange', clear);
  return () => {
    removeEventListener('focus', clear);
    document.removeEventListener('visibilitychange', clear);
  };
}

/** Whether the user wants notifications and the browser lets the page show them. */
export function wantsNotifications(): boolean {
  return preferenceOf('notify') === 'on' && 'Notification' in globalThis && Notification.permission === 'granted';
}

function showIcon(name: keyof typeof mark): void {
  const { colour, path } = mark[name];
  const svg =
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E" +
    `%3Crect width='16' height='16' rx='4' fill='${colour}'/%3E%3Cpath d='${path}' fill='white'/%3E%3C/svg%3E`;
  document.querySelector<HTMLLinkElement>('link[rel=icon]')?.setAttribute('href', svg);
}
