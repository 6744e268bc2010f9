import type { JobFailureCode } from '../../../domain/failure-code.ts';
import type { JobState } from '../../../domain/job.ts';
import type { JobFilter } from '../../../ports.ts';
import { jobStates, statesOf } from './enums.ts';
import { idsOf, type Period, slackMs } from './job-time.ts';
import { type KeyRange, overlapOf } from './key-range.ts';

/** The indexes that have jobs in the order of their ids. `odd`: jobs whose ids hold a wrong instant. */
export type PartKind = 'all' | 'state' | 'externalId' | 'failure' | 'odd';

/** A part of a list that one index has in the order of the ids: the values that the index fixes, and a range of ids. */
export type Part = {
  readonly kind: PartKind;
  readonly state: JobState | null;
  readonly failureCode: JobFailureCode | null;
  readonly range: KeyRange<string>;
};

/** What a look at a job decides, as the statements bind it; null means any. */
export type Look = {
  readonly createdFrom: number;
  readonly createdTo: number;
  /** In lower case; '' is contained in everything. */
  readonly needle: string;
  readonly states: readonly JobState[] | null;
  readonly failureCodes: readonly JobFailureCode[] | null;
  readonly externalId: string | null;
  /** The ids in which a period looks for jobs that are not odd. */
  readonly fromId: string;
  readonly toId: string;
};

/** How a list is read: in parts, so that no page scans or sorts other jobs. */
export type ListPlan = {
  readonly parts: readonly Part[];
  /** What the indexes of the parts leave open; null if they decide alone. */
  readonly look: Look | null;
  /** Whether the look is at every job of a part, and not only at those near the ends of a period. */
  readonly isSearch: boolean;
  readonly period: Period;
};

/**
 * Plans the list of a filter. `all`: the range of all ids. `hasWhole`: whether an index has all jobs of the list in the order of their ids.
 */
export function planOf(filter: JobFilter, all: KeyRange<string>, hasWhole: boolean): ListPlan {
  const { externalId, failureCode: failureCodes = null, search } = filter;
  const period: Period = { from: filter.createdAfter ?? null, to: filter.createdBefore ?? null };
  const isTimed = period.from !== null || period.to !== null;
  const needle = (search ?? '').replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const states = possibleStatesOf(filter);
  const range = idsOf(period, all, slackMs);
  const fixed = fixedOf(states, filter, hasWhole);
  const isSearch = needle !== '' || (externalId !== null && failureCodes !== null);
  const parts = fixed.map((values) => ({ ...nothing, ...values, range }));
  const odd: Part = { ...nothing, kind: 'odd', range: all };
  return {
    parts: isTimed && parts.length > 0 ? [...parts, odd] : parts,
    look:
      isTimed || isSearch
        ? {
            createdFrom: period.from ?? Number.MIN_SAFE_INTEGER,
            createdTo: period.to ?? Number.MAX_SAFE_INTEGER,
            needle,
            states,
            failureCodes,
            externalId,
            fromId: range.from,
            toId: range.to,
          }
        : null,
    isSearch,
    period,
  };
}

/** Whether a filter matches every job. */
export function isAnyJob(filter: JobFilter): boolean {
  const { status, externalId, failureCode = null, createdAfter = null, createdBefore = null } = filter;
  const values = [status, externalId, failureCode, createdAfter, createdBefore];
  return values.every((value) => value === null) && (filter.search ?? '') === '';
}

const nothing = { state: null, failureCode: null } as const;

/** The states that a filter leaves; null means any. Only a FAILED job has a failure code. */
function possibleStatesOf({ status, failureCode = null }: JobFilter): readonly JobState[] | null {
  const states = status === null ? null : statesOf(status);
  return failureCode === null ? states : (states ?? jobStates).filter((state) => state === 'FAILED');
}

type Fixed = Pick<Part, 'kind'> & Partial<Part>;

function fixedOf(states: readonly JobState[] | null, filter: JobFilter, hasWhole: boolean): readonly Fixed[] {
  const { externalId, failureCode = null } = filter;
  if (externalId === null && failureCode !== null) {
    return states?.length === 0
      ? []
      : [...new Set(failureCode)].map((code) => ({ kind: 'failure', failureCode: code }));
  }
  if (externalId === null && states === null && hasWhole) return [{ kind: 'all' }];
  const kind = externalId === null ? 'state' : 'externalId';
  return (states ?? jobStates).map((state) => ({ kind, state }));
}

/** One range of ids of a part to count. `add`: whether its jobs are added or taken off. With a look, only jobs that pass it count. */
export type Counted = {
  readonly part: Part;
  readonly range: KeyRange<string>;
  readonly look: Look | null;
  readonly add: 1 | -1;
};

/**
 * How to count a list whose look is only at a period: inside the period the index counts alone, and near its ends the jobs are looked at.
 * The odd jobs are counted apart, wherever their ids are.
 */
export function countsOf({ parts, look, period }: ListPlan, all: KeyRange<string>): readonly Counted[] {
  if (look === null) return parts.map((part) => ({ part, range: part.range, look, add: 1 }));
  const inner = idsOf(period, all, -slackMs);
  const anyTime: Look = { ...look, ...everInstant, fromId: '', toId: '' };
  return parts.flatMap((part): readonly Counted[] => {
    const { range } = part;
    if (part.kind === 'odd') {
      if (inner.from >= inner.to) return [{ part, range, look, add: 1 }];
      const matching: Look = { ...look, fromId: '', toId: '' };
      return [
        { part, range, look, add: 1 },
        { part, range: inner, look: anyTime, add: -1 },
        { part, range: inner, look: matching, add: 1 },
      ];
    }
    if (inner.from >= inner.to) return [{ part, range, look, add: 1 }];
    return [
      { part, range: { from: range.from, to: inner.from }, look, add: 1 },
      { part, range: inner, look: null, add: 1 },
      { part, range: { from: inner.to, to: range.to }, look, add: 1 },
    ];
  });
}

const everInstant = { createdFrom: Number.MIN_SAFE_INTEGER, createdTo: Number.MAX_SAFE_INTEGER } as const;

/** The ranges of a list's parts within a range of ids; parts outside of it are left out. */
export function partsWithin({ parts }: ListPlan, range: KeyRange<string>): readonly Part[] {
  return parts.flatMap((part) => {
    const within = overlapOf(part.range, range);
    return within.from < within.to ? [{ ...part, range: within }] : [];
  });
}
