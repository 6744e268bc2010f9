import { type BudgetPeriod, type CreditBudget, leftOf, resetsAtOf } from '../domain/budget.ts';
import type { Environment } from '../domain/job.ts';
import type { BudgetRequest, BudgetVerbs } from '../gateway/budgets.ts';
import { budgetIdOf } from '../ports/budget.ts';
import { readOptions } from './command-line.ts';
import { doneOutcome, type Outcome, printable, refusedOutcome, timeOf } from './outcome.ts';

/** The usage of `reelgate budget`. */
export const budgetUsage = `Usage: reelgate budget <command> [--json]; works while a gateway is running, and also without one

  set --env test|live (--user ID | --installation) --credits N [--total] [--reason TEXT]
            set a budget: the most that the jobs of a calendar month (UTC) may cost together, or with --total all jobs ever
  remove --env test|live (--user ID | --installation) [--total] [--reason TEXT]
            remove a budget; the default of the settings then holds, if there is one
  list [--env test|live]
            list the budgets, the installation's first
  --json    print JSON: an object after set and remove, an array after list
`;

/** A parsed `reelgate budget` command. */
export type BudgetCommand =
  | { readonly kind: 'set'; readonly environment: Environment; readonly request: BudgetRequest }
  | { readonly kind: 'list'; readonly environments: readonly Environment[] };

const environments: Readonly<Record<string, Environment | undefined>> = { test: 'TEST', live: 'LIVE' };

/** Parses the arguments, or returns the usage. */
export function readBudgetCommand(args: readonly string[]): BudgetCommand | { readonly usage: string } {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const;
  const options = { env: text, user: text, credits: text, reason: text, installation: flag, total: flag };
  const read = readOptions({ args: [...args], options, allowPositionals: true });
  if ('problem' in read) return { usage: `${read.problem}.\n\n${budgetUsage}` };
  const { positionals, values } = read;
  const { env, user, credits, installation = false, total = false, reason = null } = values;
  const environment = env === undefined ? null : environments[env];
  const [command, ...rest] = positionals;
  if (environment === undefined || rest.length > 0) return { usage: budgetUsage };
  if (command === 'list' && user === undefined && !installation)
    return { kind: 'list', environments: environment === null ? ['LIVE', 'TEST'] : [environment] };
  const isOne = (user !== undefined) !== installation;
  if ((command !== 'set' && command !== 'remove') || environment === null || !isOne) return { usage: budgetUsage };
  if ((command === 'set') !== (credits !== undefined)) return { usage: budgetUsage };
  if (credits !== undefined && !/^\d{1,10}$/.test(credits))
    return { usage: '--credits is a whole number of credits.\n' };
  const period: BudgetPeriod = total ? 'TOTAL' : 'MONTH';
  const limitCredits = credits === undefined ? null : Number(credits);
  return { kind: 'set', environment, request: { userId: user ?? null, period, limitCredits, reason } };
}

const pageSize = 1000;

/** Runs a command. */
export async function runBudgetCommand(command: BudgetCommand, verbs: BudgetVerbs): Promise<Outcome> {
  if (command.kind === 'set') {
    const set = await verbs.setBudget({ environment: command.environment }, command.request);
    if ('kind' in set) return refusedOutcome(set);
    const { budget } = set;
    if (budget === null) return doneOutcome('There is no such budget now.', null);
    return doneOutcome(lineOf(budget), shownOf(budget));
  }
  const budgets: CreditBudget[] = [];
  for (const environment of command.environments) {
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<BudgetVerbs['budgets']>> = await verbs.budgets(
        { environment },
        { count: { from: 'start', limit: pageSize }, after, before: null },
      );
      budgets.push(...page.items);
      const last = page.items.at(-1);
      if (!page.hasNext || last === undefined) break;
      after = budgetIdOf(last);
    }
  }
  return doneOutcome(budgets.map(lineOf).join('\n') || 'There are no budgets.', budgets.map(shownOf));
}

/** A budget as JSON shows it: the API's names, and an instant in RFC 3339. */
function shownOf(budget: CreditBudget) {
  const { environment, owner: userId, period, limitCredits, usedCredits, isDefault } = budget;
  return {
    environment,
    userId,
    period,
    limitCredits,
    usedCredits,
    leftCredits: leftOf(budget),
    resetsAt: timeOf(resetsAtOf(budget)),
    isDefault,
  };
}

function lineOf(budget: CreditBudget): string {
  const { environment, owner, period, limitCredits, usedCredits, isDefault } = budget;
  const whose = owner === null ? 'installation' : `user ${printable(owner)}`;
  return `${environment}  ${whose}  ${period}  ${usedCredits} of ${limitCredits} credits${isDefault ? '  (default)' : ''}`;
}
