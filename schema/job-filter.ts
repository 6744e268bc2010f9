import { type FailureCode, jobFailureCodes } from '../src/domain/failure-code.ts';
import type { JobStatus } from '../src/domain/job.ts';
import type { JobFilter } from '../src/ports.ts';
import type { Builder } from './builder.ts';
import { refusal } from './error.ts';

/** A filter as clients write it; null means the same as absent. */
export type JobFilterInput = {
  readonly status?: readonly JobStatus[] | null | undefined;
  readonly externalId?: string | null | undefined;
  readonly failureCode?: readonly FailureCode[] | null | undefined;
  readonly createdAfter?: number | null | undefined;
  readonly createdBefore?: number | null | undefined;
  readonly search?: string | null | undefined;
};

/** The most characters that a list can be searched for. */
const longestSearch = 255;

/** The descriptions of the fields that the filters of users and of operators share. */
export const filterWords = {
  status: 'Jobs with one of these statuses; null matches all.',
  externalId: 'Jobs with exactly this reference; null matches all.',
  failureCode: 'Jobs that failed with one of these codes; null matches all.',
  createdAfter:
    'Jobs that were stored at this instant or later; null matches all. Together with `createdBefore`, consecutive periods have each ' +
    'job once.',
  createdBefore: 'Jobs that were stored before this instant; null matches all.',
} as const;

/** Adds JobFilter. */
export function addJobFilter(builder: Builder) {
  return builder.inputType('JobFilter', {
    description: 'Which jobs to list. A job must match every field you give.',
    fields: (t) => ({
      status: t.field({ type: ['JobStatus'], description: filterWords.status }),
      externalId: t.string({ description: filterWords.externalId }),
      failureCode: t.field({ type: ['FailureCode'], description: filterWords.failureCode }),
      createdAfter: t.field({ type: 'DateTime', description: filterWords.createdAfter }),
      createdBefore: t.field({ type: 'DateTime', description: filterWords.createdBefore }),
      search: t.string({
        description:
          `Jobs whose prompt or externalId contains this text of at most ${longestSearch} characters. The letters A to Z also match in ` +
          'the other case; every other character, `%` and `_` included, matches itself. Null or an empty text matches all.',
      }),
    }),
  });
}

/** Reads a filter. Throws BAD_USER_INPUT if no job can be searched for its text. */
export function readJobFilter(filter: JobFilterInput | null | undefined): JobFilter {
  const {
    status = null,
    externalId = null,
    failureCode = null,
    createdAfter = null,
    createdBefore = null,
  } = filter ?? {};
  return {
    status,
    externalId: readText('externalId', externalId),
    // No job has a code of an operation, such as NOT_CANCELABLE.
    failureCode: failureCode === null ? null : jobFailureCodes.filter((code) => failureCode.includes(code)),
    createdAfter,
    createdBefore,
    search: readText('search', filter?.search ?? null),
  };
}

/** A text to look for. Throws BAD_USER_INPUT for one that a database cannot compare, or that is longer than any reference or user id. */
export function readText(name: string, text: string | null): string | null {
  if (text === null) return null;
  if ([...text].length > longestSearch) {
    throw refusal('BAD_USER_INPUT', `${name} must have at most ${longestSearch} characters.`);
  }
  if (text.includes('\0') || /\p{Surrogate}/u.test(text)) {
    throw refusal('BAD_USER_INPUT', `${name} must be valid Unicode text without U+0000.`);
  }
  return text;
}
