import { isUserId } from '../domain/access.ts';
import { reachedOf } from '../domain/admission.ts';
import { type BudgetKey, type BudgetPeriod, budgetAt, type CreditBudget } from '../domain/budget.ts';
import { type FailureOf, invalidInput } from '../domain/failure.ts';
import { maxBalanceCredits } from '../domain/ledger.ts';
import type { AdmitFailure, Admitted, Clock, Log, Page, Slice, Store } from '../ports.ts';
import { type ActingIn, createNewEntry } from './audit.ts';
import { issuesWhen } from './input.ts';

/** Monthly budgets by the settings, in credits; null: none. */
export type BudgetDefaults = { readonly user: number | null; readonly installation: number | null };

/** The arguments of `setBudget`; without a user it is the installation's. Without a limit the budget is removed. */
export type BudgetRequest = {
  readonly userId?: string | null | undefined;
  readonly period: BudgetPeriod;
  readonly limitCredits?: number | null | undefined;
  readonly reason?: string | null | undefined;
};

/** What became of `setBudget`: the budget as it is now, null if there is none. */
export type BudgetSet = { readonly budget: CreditBudget | null };

/** Sets and reads budgets. For admins only: the caller must have checked that, except for `ownBudgets`. */
export interface BudgetVerbs {
  setBudget(by: ActingIn, request: BudgetRequest): Promise<BudgetSet | FailureOf<'invalidInput'>>;
  /** All budgets of the environment, the installation's first. */
  budgets(by: Pick<ActingIn, 'environment'>, page: Page<string>): Promise<Slice<CreditBudget>>;
  /** The viewer's own budgets. A default begins with their first job. */
  ownBudgets(viewer: Pick<BudgetKey, 'environment'> & { readonly userId: string }): Promise<readonly CreditBudget[]>;
}

type BudgetDeps = {
  readonly store: Pick<Store, 'setBudget' | 'listBudgets' | 'findBudgets'>;
  readonly clock: Pick<Clock, 'now' | 'newId'>;
  readonly defaults?: BudgetDefaults | undefined;
};

const none: BudgetDefaults = { user: null, installation: null };

const maxReasonLength = 1000;

/** The verbs on budgets. */
export function createBudgetVerbs({ store, clock, defaults = none }: BudgetDeps): BudgetVerbs {
  const newEntry = createNewEntry(clock);
  return {
    async setBudget(by, { userId, period, limitCredits: given, reason }) {
      const [owner, limitCredits, words] = [userId ?? null, given ?? null, reason?.trim() || null];
      const issues = issuesOf(owner, limitCredits, words);
      if (issues.length > 0) return invalidInput(issues);
      const fallback = owner === null ? defaults.installation : defaults.user;
      const fallbackCredits = period === 'MONTH' ? fallback : null;
      const entry = newEntry(by, limitCredits === null ? 'budget.remove' : 'budget.set', {
        target: owner === null ? 'installation' : `user ${owner}`,
        reason: words,
        details: limitCredits === null ? period : `${limitCredits} credits, ${period}`,
      });
      const key: BudgetKey = { environment: by.environment, owner, period };
      return { budget: await store.setBudget({ key, limitCredits, fallbackCredits, at: clock.now() }, entry) };
    },
    async budgets({ environment }, page) {
      const { items, ...rest } = await store.listBudgets(environment, page);
      return { ...rest, items: items.map((budget) => budgetAt(budget, clock.now())) };
    },
    ownBudgets: ({ environment, userId }) => store.findBudgets(environment, userId, clock.now()),
  };
}

function issuesOf(owner: string | null, limitCredits: number | null, reason: string | null) {
  const limit = limitCredits ?? 0;
  const text = reason ?? '';
  return [
    ...issuesWhen(
      owner !== null && !isUserId(owner),
      'userId',
      'userId must be 1 to 255 characters, without control characters.',
    ),
    ...issuesWhen(
      !Number.isSafeInteger(limit) || limit < 0 || limit > maxBalanceCredits,
      'limitCredits',
      `limitCredits must be between 0 and ${maxBalanceCredits}.`,
    ),
    ...issuesWhen(
      [...text].length > maxReasonLength || /[\0\p{Cs}]/u.test(text),
      'reason',
      `reason must be Unicode text of at most ${maxReasonLength} characters.`,
    ),
  ];
}

/** Logs each mark that a new or a refused job has made its budgets reach. */
export function reportReached(log: Pick<Log, 'warn'> | undefined, admitted: Admitted | AdmitFailure): void {
  for (const { budget, percent } of reachedOf(admitted)) {
    const { environment, owner, period, limitCredits, usedCredits } = budget;
    log?.warn(
      { event: 'budget', environment, userId: owner, period, percent, limitCredits, usedCredits },
      percent === 100 ? 'A budget is used up: its next jobs are refused.' : `A budget is used to ${percent} %.`,
    );
  }
}
