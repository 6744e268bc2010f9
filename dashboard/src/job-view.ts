import type { JobRow } from './api/operations.ts';
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
  readonly isGrid: boolean;
};

/** Every job, as rows. */
export const everyJob: JobView = {
  status: 'All',
  search: '',
  failure: null,
  shape: null,
  from: null,
  to: null,
  isGrid: false,
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
    isGrid: parameters.get('view') === 'grid',
  };
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
    view: isGrid ? 'grid' : '',
  };
  return new URLSearchParams(Object.entries(parts).filter(([, value]) => value !== ''));
}

/** The part of a view by which the gateway filters. */
export function filterOf({ status, search, failure }: Omit<JobView, 'isGrid'>): JobFilter {
  const [, reference] = /^ref:(.+)$/s.exec(search.trim()) ?? [];
  const chosen = statusChoices.find(({ name }) => name === status)?.status ?? null;
  return { status: failure === null ? chosen : ['FAILED'], externalId: reference ?? null };
}

/** Whether the view has a part that the gateway does not know: the page then looks through the jobs itself. */
export function isLocal(view: JobView): boolean {
  const { search, failure, shape, from, to } = view;
  const isText = search.trim() !== '' && filterOf(view).externalId === null;
  return isText || failure !== null || shape !== null || from !== null || to !== null;
}

/** The jobs of a list that match the parts of a view which the gateway does not know. */
export function matching<Job extends Pick<JobRow, 'prompt' | 'externalId' | 'aspectRatio' | 'failure' | 'createdAt'>>(
  jobs: readonly Job[],
  view: JobView,
): readonly Job[] {
  if (!isLocal(view)) return jobs;
  const words = filterOf(view).externalId === null ? view.search.toLowerCase().split(/\s+/).filter(Boolean) : [];
  const first = startOf(view.from, 0) ?? Number.NEGATIVE_INFINITY;
  const end = startOf(view.to, 1) ?? Number.POSITIVE_INFINITY;
  return jobs.filter(({ prompt, externalId, aspectRatio, failure, createdAt }) => {
    const text = `${prompt} ${externalId ?? ''}`.toLowerCase();
    const at = Date.parse(createdAt);
    return (
      words.every((word) => text.includes(word)) &&
      (view.failure === null || failure?.code === view.failure) &&
      (view.shape === null || aspectRatio === view.shape) &&
      at >= first &&
      at < end
    );
  });
}

/** Whether older jobs than the last one may match: lists are sorted by age. */
export function mayHaveOlder(last: Pick<JobRow, 'createdAt'> | undefined, { from }: JobView): boolean {
  const first = startOf(from, 0);
  return last === undefined || first === null || Date.parse(last.createdAt) >= first;
}

/** The start of a day in the reader's time zone, or of a day after it, in epoch milliseconds. */
function startOf(day: string | null, later: number): number | null {
  const [, year, month, date] = /^(\d+)-(\d+)-(\d+)$/.exec(day ?? '') ?? [];
  if (year === undefined || month === undefined || date === undefined) return null;
  return new Date(Number(year), Number(month) - 1, Number(date) + later).getTime();
}
