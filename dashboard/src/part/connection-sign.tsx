import type { Reelgate } from '@reelgate/client';
import { useSyncExternalStore } from 'react';

/** Warns while the live connection is down. When it is back, the missed changes arrive by themselves. */
export function ConnectionSign({ reelgate }: { readonly reelgate: Reelgate }) {
  const connection = useSyncExternalStore(reelgate.onConnection, reelgate.connection);
  const isOnline = useSyncExternalStore(listenToNetwork, () => navigator.onLine);
  const text =
    connection === 'lost'
      ? isOnline
        ? 'Reconnecting … this page may be out of date.'
        : 'You’re offline. This page may be out of date.'
      : '';
  return (
    <div className="connection" role="status" data-connection={connection}>
      {text !== '' && (
        <p>
          <span className="dot" aria-hidden="true" />
          {text}
        </p>
      )}
    </div>
  );
}

function listenToNetwork(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}
