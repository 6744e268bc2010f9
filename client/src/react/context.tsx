import { createContext, type ReactNode, useContext } from 'react';
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
