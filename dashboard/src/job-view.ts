import type { JobRow } from './api/operations.ts';
import { failureCodes } from './failure.ts';
import type { JobFilter } from './jobs.ts';
import { type AspectRatio, aspectRatios, type JobStatus } from './words.ts';

/** The choices of status. */
export const statusChoices: readonly { readonly name: string; readonly status: readonly JobStatus[] | null }[] = [
  { name: 'All', status: null },
  { name: 'Running', status: ['PENDING', 'QUEUED', 'PROCESSING'] },
  { name: 'Completed', status: ['COMPLETED'] },
  { name: 'Failed', status: ['FAILED'] },
  { name: 'Canceled', status: ['CANCELED'] },
];

/** Which jobs the page of jobs shows, and how. It stands in the address, where null and '' leave their part out. */
export type JobView = {
  readonly status: string;
  /** Words of the prompt or the reference; `ref:…` is a whole reference. */
  readonly search: string;
  readonly failure: string | null;
  readonly shape: AspectRatio | null;
  /** The first and the last day, such as `2026-01-31`, in the reader's time zone. */
  readonly from: string | null;
  readonly to: string | null;
  /** Cards or rows; null: as the reader prefers. */
  readonly isGrid: boolean | null;
};

/** Every job. */
export const everyJob: JobView = {
  status: 'All',
  search: '',
  failure: null,
  shape: null,
  from: null,
  to: null,
  isGrid: null,
};

/** The view that an address names, such as `?status=failed&shape=9:16`. What it does not know is left out. */
export function viewOf(query: string): JobView {
  const parameters = new URLSearchParams(query);
  const status = statusChoices.find(({ name }) => name.toLowerCase() === parameters.get('status'));
  const day = (name: string) => (/^\d{4}-\d\d-\d\d$/.test(parameters.get(name) ?? '') ? parameters.get(name) : null);
  const failure = parameters.get('failure');
  // Older addresses have the reference in a part of its own.
  const reference = parameters.get('reference');
  return {
    status: status?.name ?? everyJob.status,
    search: parameters.get('q') ?? (reference === null ? '' : `ref:${reference}`),
    failure: failure === null ? null : failure.toUpperCase(),
    shape: aspectRatios.find(({ name }) => name === parameters.get('shape'))?.value ?? null,
    from: day('from'),
    to: day('to'),
    isGrid: gridOf(parameters.get('view')),
  };
}

/** The name of a layout, in addresses and among the preferences. */
export function layoutOf(isGrid: boolean): string {
  return isGrid ? 'grid' : 'rows';
}

function gridOf(layout: string | null): boolean | null {
  return layout === 'grid' || layout === 'rows' ? layout === 'grid' : null;
}

/** Whether a view is shown as cards: as its address or the reader's last choice says; before that, where all jobs have a video. */
export function isShownAsGrid(
  { isGrid, status }: Pick<JobView, 'isGrid' | 'status'>,
  preferred: string | null,
): boolean {
  return isGrid ?? gridOf(preferred) ?? status === 'Completed';
}

/** The query of the address for a view. */
export function queryOf({ status, search, failure, shape, from, to, isGrid }: JobView): URLSearchParams {
  const parts = {
    status: status === everyJob.status ? '' : status.toLowerCase(),
    q: search,
    failure: failure?.toLowerCase() ?? '',
    shape: aspectRatios.find(({ value }) => value === shape)?.name ?? '',
    from: from ?? '',
    to: to ?? '',
    view: isGrid === null ? '' : layoutOf(isGrid),
  };
  return new URLSearchParams(Object.entries(parts).filter(([, value]) => value !== ''));
}

/** The part of a view by which the gateway filters. */
export function filterOf({ status, search, failure, from, to }: Omit<JobView, 'isGrid' | 'shape'>): JobFilter {
  const text = search.trim();
  const [, reference] = /^ref:(.+)$/s.exec(text) ?? [];
  return {
    status: statusChoices.find(({ name }) => name === status)?.status ?? null,
    externalId: reference ?? null,
    failureCode: failure === null ? null : failureCodes.filter((code) => code === failure),
    createdAfter: startOf(from, 0),
    createdBefore: startOf(to, 1),
    search: reference === undefined ? text : '',
  };
}

/** Whether the view has a part that the gateway does not know, the shape: the page then looks through the jobs itself. */
export function isLocal({ shape }: Pick<JobView, 'shape'>): boolean {
  return shape !== null;
}

/** Whether the view leaves something out. */
export function isFiltered(view: JobView): boolean {
  return queryOf({ ...view, isGrid: null }).size > 0;
}

/** The jobs of a list that have the view's shape. */
export function matching<Job extends Pick<JobRow, 'aspectRatio'>>(
  jobs: readonly Job[],
  { shape }: Pick<JobView, 'shape'>,
): readonly Job[] {
  return shape === null ? jobs : jobs.filter(({ aspectRatio }) => aspectRatio === shape);
}

/** The start of a day in the reader's time zone, or of a day after it, as the gateway reads it. */
function startOf(day: string | null, later: number): string | null {
  const [, year, month, date] = /^(\d+)-(\d+)-(\d+)$/.exec(day ?? '') ?? [];
  if (year === undefined || month === undefined || date === undefined) return null;
  return new Date(Number(year), Number(month) - 1, Number(date) + later).toISOString();
}
