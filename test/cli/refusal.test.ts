import { expect, test } from 'vitest';
import { readKeyCommand } from '../../src/cli/api-key.ts';
import { readAuditCommand } from '../../src/cli/audit.ts';
import { readBackupCommand, readRestoreCommand } from '../../src/cli/backup.ts';
import { readGrantCommand, readRefundCommand } from '../../src/cli/bookings.ts';
import { readBudgetCommand } from '../../src/cli/budget.ts';
import { readCopyUrls } from '../../src/cli/copy.ts';
import { readEraseCommand } from '../../src/cli/erase.ts';
import { readExportCommand } from '../../src/cli/export.ts';
import { readMediaCommand } from '../../src/cli/media.ts';
import { usages } from '../../src/cli/usage.ts';

const commands: Readonly<Record<string, (args: readonly string[]) => unknown>> = {
  key: (args) => readKeyCommand(args, 0),
  grant: readGrantCommand,
  refund: readRefundCommand,
  export: readExportCommand,
  audit: readAuditCommand,
  budget: readBudgetCommand,
  erase: readEraseCommand,
  backup: readBackupCommand,
  restore: readRestoreCommand,
  copy: readCopyUrls,
  media: readMediaCommand,
};

test.each(Object.keys(commands))('reelgate %s names an unknown option, and prints its usage', (name) => {
  for (const words of [['--colour', 'red'], ['--colour=red'], ['--colour', '--env', 'test']]) {
    const usage = `Unknown option '--colour'.\n\n${usages.each.get(name)}`;
    expect(commands[name]?.(words), words.join(' ')).toEqual({ usage });
  }
});

test.each([
  ['grant --user a --credits 5 --reason x --env prod', '--env is test or live, not prod.'],
  ['budget', 'The command after reelgate budget is missing: set, remove or list.'],
  ['budget foo', 'The command after reelgate budget is set, remove or list, not foo.'],
  ['budget list more', 'Unexpected argument more: reelgate budget list takes options alone.'],
  ['budget list --env prod', '--env is test or live, not prod.'],
  ['budget list --user a', 'reelgate budget list lists all budgets.'],
  ['budget set --env test --credits 5', 'A budget is for either --user ID or --installation.'],
  ['budget set --env test --user a --installation --credits 5', 'A budget is for either --user ID or --installation.'],
  ['budget set --env test --user a', '--credits is missing.'],
  ['budget set --env test --user a --credits 5.5', '--credits is a whole number of credits, not 5.5.'],
  ['budget set --user a --credits 5', '--env is missing: test or live.'],
  ['budget remove --env test --user a --credits 5', 'reelgate budget remove takes no --credits.'],
  ['erase', 'USER is missing.'],
  ['erase a b', 'Unexpected argument b: reelgate erase takes one USER.'],
  ['erase a --env prod', '--env is test or live, not prod.'],
  ['audit --env prod', '--env is test or live, not prod.'],
  ['audit --first all', '--first is a whole number from 1 to 100000, not all.'],
  ['audit more', "Unexpected argument 'more'."],
  ['export', 'What to export is missing: jobs, ledger or audit.'],
  ['export foo', 'What to export is jobs, ledger or audit, not foo.'],
  ['export jobs ledger', 'Unexpected argument ledger: one kind is exported at a time.'],
  ['export jobs --format xml', '--format is csv or ndjson, not xml.'],
  ['export jobs --env prod', '--env is test or live, not prod.'],
  ['export jobs --from tomorrow', '--from and --to are dates, '],
  ['key list --env prod', '--env is test or live, not prod.'],
  ['key create --user a --env test --days soon', '--days is a whole number from 1 to 99999, not soon.'],
  ['key create --user a --env test --scopes all', '--scopes lists some of jobs:read, '],
])('reelgate %s is refused with the word and what is allowed', (line, sentence) => {
  const [name = '', ...words] = line.split(' ');
  const refused = commands[name]?.(words) as { readonly usage: string };
  expect(refused.usage.startsWith(sentence)).toBe(true);
  expect(refused.usage.endsWith(`\n\n${usages.each.get(name)}`)).toBe(true);
});
