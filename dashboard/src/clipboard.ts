import { useEffect, useRef, useState } from 'react';

const shownMs = 2000;

/** Copies a text to the clipboard. Fulfils with whether the browser allowed it. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** The older way: pages that came over plain HTTP from another host have no `navigator.clipboard`. */
function copySelected(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement('textarea');
  field.className = 'unseen';
  field.value = text;
  // Beside the button: an open dialog lets nothing outside itself have the focus.
  (before?.parentElement ?? document.body).append(field);
  field.select();
  const isCopied = document.execCommand('copy');
  field.remove();
  if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  return isCopied;
}

/** Copies a text on request. `outcome` says for two seconds how that went; null before and after. */
export function useCopy(text: string) {
  const [outcome, setOutcome] = useState<'Copied' | 'Your browser didn’t allow it' | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async () => {
    const isCopied = await copyText(text);
    setOutcome(isCopied ? 'Copied' : 'Your browser didn’t allow it');
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setOutcome(null), shownMs);
    return isCopied;
  };
  return { outcome, copy };
}
