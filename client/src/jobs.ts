export { isBeingCopied, isEnded, isKeptHere, newerOf, type ShownProgress, shownAfter } from './job.ts';
export { type ListedJob, matches, merge, place } from './job-list.ts';
export { laterStates } from './later.ts';
