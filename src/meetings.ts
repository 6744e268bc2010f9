import type { Viewer } from './admission.ts';
import { createRecent } from './recent.ts';

/** A name for a user in one environment: what they are known and limited by. */
export function userKeyOf({ environment, userId }: Viewer): string {
  return `${environment} ${userId}`;
}

/** Sees a viewer: from their first operation on they have an account. */
export type Meet = (viewer: Viewer) => Promise<void>;

/** How many users are remembered as having been met; to have one arrive twice does no harm. */
const rememberedUsers = 10_000;

/** Has each user arrive once, and again only where that failed. */
export function createMeetings(arrive: (viewer: Viewer) => Promise<unknown>): Meet {
  const known = createRecent<Promise<void>>(rememberedUsers);
  return (viewer) => {
    const key = userKeyOf(viewer);
    const last = known.get(key);
    if (last !== undefined) return last;
    const meeting = arrive(viewer).then(() => undefined);
    known.set(key, meeting);
    meeting.catch(() => known.delete(key));
    return meeting;
  };
}
