import { useSyncExternalStore } from 'react';
import { browserStorage } from './storage.ts';

/** What this browser remembers for its user; nothing of it is secret. */
type Preference = 'theme' | 'notify' | 'view' | 'steps';

const listeners = new Set<() => void>();

/** A remembered preference, or null: never chosen. */
export function preferenceOf(name: Preference): string | null {
  return browserStorage.read(name);
}

/** Remembers a preference in this browser; null forgets it. */
export function prefer(name: Preference, value: string | null): void {
  browserStorage.write(name, value);
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
