import { useMemo } from 'react';
import { everyJob, isShownAsGrid, type JobView, layoutOf, queryOf, viewOf } from './job-view.ts';
import { prefer, usePreference } from './preference.ts';
import { replaceQuery, useQueryText } from './route.ts';

/** A view whose layout is decided. */
export type ShownView = JobView & { readonly isGrid: boolean };

/** The view of the jobs that the address names, in the layout that the reader prefers, and how to change it. */
export function useShownView() {
  const query = useQueryText();
  const address = useMemo(() => viewOf(query), [query]);
  const preferred = usePreference('view');
  const view: ShownView = useMemo(
    () => ({ ...address, isGrid: isShownAsGrid(address, preferred) }),
    [address, preferred],
  );
  return {
    view,
    change(part: Partial<JobView>) {
      if (typeof part.isGrid === 'boolean') prefer('view', layoutOf(part.isGrid));
      replaceQuery(queryOf({ ...address, ...part }));
    },
    clear: () => replaceQuery(queryOf({ ...everyJob, isGrid: address.isGrid })),
  };
}
