import { useSyncExternalStore } from 'react';
import { storageKeyOf } from './base.ts';

/** What this browser remembers for its user; nothing of it is secret. */
type Preference = 'theme' | 'notify' | 'view' | 'steps';

const listeners = new Set<() => void>();

/** A remembered preference, or null: never chosen, or the browser keeps nothing for this page. */
export function preferenceOf(name: Preference): string | null {
  try {
    return localStorage.getItem(storageKeyOf(name));
  } catch {
    return null;
  }
}

/** Remembers a preference in this browser; null forgets it. */
export function prefer(name: Preference, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(storageKeyOf(name));
    else localStorage.setItem(storageKeyOf(name), value);
  } catch {
    // The browser keeps nothing for this page: the choice lasts until it is closed.
  }
  for (const listener of listeners) listener();
}

/** The preference, also after another tab has changed it. */
export function usePreference(name: Preference): string | null {
  return useSyncExternalStore(listen, () => preferenceOf(name));
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener('storage', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('storage', listener);
  };
}
