import type { AccountKey } from './ledger.ts';

/** How many jobs and videos an order covers. */
export type ErasureCounts = { readonly jobs: number; readonly videos: number };

/** The order to erase what a user left in an environment. */
export type ErasureOrder = AccountKey &
  ErasureCounts & {
    readonly accountId: string;
    /** The number of the last job that it covers: jobs of an account are numbered from 1. */
    readonly lastNumber: number;
    /** Up to this number all jobs are erased, or had not ended when they were read. */
    readonly position: number;
    /** How often it was made open again: a job that it covers had ended. */
    readonly reopened: number;
    /** When it was given, in epoch milliseconds. */
    readonly orderedAt: number;
  };
