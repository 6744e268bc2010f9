import { useSyncExternalStore } from 'react';

/** Whether a media query matches, such as `(min-width: 1700px)`, also after the window has changed. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}
