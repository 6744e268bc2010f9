import { useEffect, useState } from 'react';
import { navigate } from './route.ts';

/** The keyboard shortcuts, for the help dialog. */
export const shortcuts: readonly { readonly key: string; readonly action: string }[] = [
  { key: 'n', action: 'New video' },
  { key: '/', action: 'Search jobs' },
  { key: 'j', action: 'Next job' },
  { key: 'k', action: 'Previous job' },
  { key: 'Enter', action: 'Open the job' },
  { key: 'x', action: 'Select the job' },
  { key: 'Ctrl Enter', action: 'Send the form' },
  { key: '?', action: 'Show this list' },
];

/** Runs the shortcuts, except while somebody types or a dialog is open. */
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
  return (
    target instanceof HTMLElement &&
    target.closest('textarea, select, input:not([type=radio], [type=checkbox])') !== null
  );
}

function act(key: string): boolean {
  if (key === 'n') navigateAndFocus('/', '#prompt');
  else if (key === '/') navigateAndFocus('/jobs', '#search');
  else if (key === 'j') moveInList(1);
  else if (key === 'k') moveInList(-1);
  else if (key === 'x') return select();
  else return false;
  return true;
}

function navigateAndFocus(path: string, selector: string): void {
  navigate(path);
  // React draws the page before the next frame.
  requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus());
}

/** Selects the job that has the focus. */
function select(): boolean {
  const box = document.activeElement?.closest('.job-item')?.querySelector<HTMLElement>('.pick input');
  box?.click();
  return box !== undefined && box !== null;
}

/** Moves the focus from one job to the next; from anywhere else, to the first. */
function moveInList(step: 1 | -1): void {
  const links = [...document.querySelectorAll<HTMLElement>('a[data-job]')];
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = at < 0 ? links[0] : links[at + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
