import type { AuditRecords } from './audit-ports.ts';
import type { BudgetRecords } from './budget-ports.ts';
import type { ErasureRecords } from './erasure-ports.ts';

/** What a store keeps for those who run the installation: part of `Store`. */
export type BookRecords = AuditRecords & BudgetRecords & ErasureRecords;
