import type { AuditRecords } from './audit.ts';
import type { BudgetRecords } from './budget.ts';
import type { ErasureRecords } from './erasure.ts';

/** What a store keeps for those who run the installation: part of `Store`. */
export type BookRecords = AuditRecords & BudgetRecords & ErasureRecords;
