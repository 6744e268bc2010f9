import { createContext, useContext } from 'react';
import { useQuery } from 'urql';
import { accountQuery } from './api/credits.ts';
import type { Viewer } from './api/operations.ts';

/** What a token or API key can allow. */
export type Scope = Viewer['scopes'][number];

/** The signed-in viewer; null above the pages, where nobody is signed in yet. */
export const ViewerContext = createContext<Viewer | null>(null);

/** The signed-in viewer. Throws outside the pages. */
export function useViewer(): Viewer {
  const viewer = useContext(ViewerContext);
  if (viewer === null) throw new Error('No viewer is signed in here.');
  return viewer;
}

/** Whether the viewer's token or key allows something. Queries leave out what it does not, because every refused field adds an error. */
export function useAllowed(scope: Scope): boolean {
  return useViewer().scopes.includes(scope);
}

/** The viewer's credits, live; null while they load, and where the token or key does not show them. */
export function useAccount() {
  const isAllowed = useAllowed('CREDITS_READ');
  const [{ data }] = useQuery({ query: accountQuery, pause: !isAllowed });
  return isAllowed ? (data?.viewer.account ?? null) : null;
}
