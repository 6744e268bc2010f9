import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { ConnectionState } from '../connection.ts';
import type { Reelgate } from '../reelgate.ts';

const ReelgateContext = createContext<Reelgate | null>(null);

/** Gives all hooks and components below it this client. Create the client once, outside of components. */
export function ReelgateProvider(props: { readonly client: Reelgate; readonly children?: ReactNode }) {
  return <ReelgateContext.Provider value={props.client}>{props.children}</ReelgateContext.Provider>;
}

/** The client of the nearest ReelgateProvider. */
export function useReelgate(): Reelgate {
  const client = useContext(ReelgateContext);
  if (client === null) throw new Error('There is no <ReelgateProvider client={…}> above this component.');
  return client;
}

/** Whether what the hooks show is up to date: `lost` while the kit reconnects, `idle` before anything has arrived. */
export function useConnection(): ConnectionState {
  const { onConnection, connection } = useReelgate();
  return useSyncExternalStore<ConnectionState>(onConnection, connection, () => 'idle');
}
