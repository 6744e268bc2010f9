import { useEffect, useState } from 'react';
import { navigate } from './route.ts';

/** What the keyboard does, for people to read. */
export const shortcuts: readonly { readonly key: string; readonly does: string }[] = [
  { key: 'n', does: 'New video' },
  { key: '/', does: 'Search jobs' },
  { key: 'j', does: 'Next job' },
  { key: 'k', does: 'Previous job' },
  { key: 'Enter', does: 'Open the job' },
  { key: '?', does: 'This list' },
];

/** Listens to the keyboard wherever nobody is writing. */
export function useShortcuts() {
  const [isHelpOpen, setHelpOpen] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
      if (document.querySelector('dialog[open]') !== null) return;
      if (event.key === '?') setHelpOpen(true);
      else if (!act(event.key)) return;
      event.preventDefault();
    };
    addEventListener('keydown', press);
    return () => removeEventListener('keydown', press);
  }, []);
  return { isHelpOpen, openHelp: () => setHelpOpen(true), closeHelp: () => setHelpOpen(false) };
}

function isWriting(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('textarea, select, input:not([type=radio])') !== null;
}

function act(key: string): boolean {
  if (key === 'n') navigateAndFocus('/', '#prompt');
  else if (key === '/') navigateAndFocus('/jobs', '#search');
  else if (key === 'j') moveInList(1);
  else if (key === 'k') moveInList(-1);
  else return false;
  return true;
}

function navigateAndFocus(path: string, selector: string): void {
  navigate(path);
  // The page is there once React has drawn it.
  requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus());
}

/** From the job that has the focus to the next one; from anywhere else, to the first. */
function moveInList(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('a[data-job]')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? links[0] : links[at + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
