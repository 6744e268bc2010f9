import { type BudgetPeriod, type CreditBudget, leftOf, resetsAtOf } from '../domain/budget.ts';
import type { Environment } from '../domain/job.ts';
import type { BudgetRequest, BudgetVerbs } from '../gateway/budgets.ts';
import { budgetIdOf } from '../ports/budget.ts';
import { readOptions, shown } from './command-line.ts';
import { doneOutcome, type Outcome, printable, refusedOutcome, timeOf } from './outcome.ts';
import {
  choiceSentence,
  chosenOrBoth,
  extraSentence,
  missingEnvironment,
  type Refusal,
  readEnvironment,
  refusal,
} from './refusal.ts';

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

const verbs = ['set', 'remove', 'list'] as const;

/** Parses the arguments, or refuses them. */
export function readBudgetCommand(args: readonly string[]): BudgetCommand | Refusal {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const;
  const options = { env: text, user: text, credits: text, reason: text, installation: flag, total: flag };
  const given = readOptions({ args: [...args], options, allowPositionals: true });
  if ('problem' in given) return refusal(`${given.problem}.`, budgetUsage);
  const [word, extra] = given.positionals;
  const verb = verbs.find((each) => each === word);
  if (verb === undefined) return refusal(choiceSentence('The command after reelgate budget', word, verbs), budgetUsage);
  if (extra !== undefined)
    return refusal(extraSentence(extra, args, `reelgate budget ${verb} takes options alone`), budgetUsage);
  const { env, user, credits, installation = false, total = false, reason = null } = given.values;
  const read = readEnvironment(env);
  if ('problem' in read) return refusal(read.problem, budgetUsage);
  const { environment } = read;
  const problem = problemOf(verb, { user, credits, installation });
  if (problem !== null) return refusal(problem, budgetUsage);
  if (verb === 'list') return { kind: 'list', environments: chosenOrBoth(environment) };
  if (environment === null) return refusal(missingEnvironment, budgetUsage);
  const period: BudgetPeriod = total ? 'TOTAL' : 'MONTH';
  const limitCredits = credits === undefined ? null : Number(credits);
  return { kind: 'set', environment, request: { userId: user ?? null, period, limitCredits, reason } };
}

/** What is wrong with the options that not every verb takes, as a sentence; null if nothing is. */
function problemOf(
  verb: (typeof verbs)[number],
  { user, credits, installation }: { user: string | undefined; credits: string | undefined; installation: boolean },
): string | null {
  if (verb === 'list') return user === undefined && !installation ? null : 'reelgate budget list lists all budgets.';
  if ((user !== undefined) === installation) return 'A budget is for either --user ID or --installation.';
  if (verb === 'set' && credits === undefined) return '--credits is missing.';
  if (verb === 'remove' && credits !== undefined) return 'reelgate budget remove takes no --credits.';
  return credits === undefined || /^\d{1,10}$/.test(credits)
    ? null
    : `--credits is a whole number of credits, not ${shown(credits)}.`;
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
