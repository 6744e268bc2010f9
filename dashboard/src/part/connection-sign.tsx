import { useSyncExternalStore } from 'react';
import type { ConnectionState } from '../api/connection.ts';

/** A small sign while nothing live comes in; once it does, what was missed has come, too. */
export function ConnectionSign({ state }: { readonly state: ConnectionState }) {
  const connection = useSyncExternalStore(state.listen, state.read);
  const isOnline = useSyncExternalStore(listenToNetwork, () => navigator.onLine);
  const text =
    connection === 'lost'
      ? isOnline
        ? 'Reconnecting … what is shown may be behind.'
        : 'You are offline. What is shown may be behind.'
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
