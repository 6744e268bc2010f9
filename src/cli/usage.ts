import { keyUsage } from './api-key.ts';
import { auditUsage } from './audit.ts';
import { backupUsage, restoreUsage } from './backup.ts';
import { grantUsage, refundUsage } from './bookings.ts';
import { budgetUsage } from './budget.ts';
import type { Usages } from './command-line.ts';
import { eraseUsage } from './erase.ts';
import { exportUsage } from './export.ts';
import { listenUsage } from './listen.ts';
import { mediaUsage } from './media.ts';

const settingsNote = `Settings are environment variables, see docs/configuration.md.
  --env-file FILE   also read them from a file with lines such as PORT=4000; those of the environment win
`;

const jsonNote = `  --json            print one JSON value instead of a text; with an error, to standard error
`;

const start = `Usage: reelgate [start] [--env-file FILE]: runs the gateway until SIGTERM or Ctrl-C

${settingsNote}`;

const losses = `Usage: reelgate losses [--json] [--env-file FILE]: counts and lists the jobs that may have been paid for in vain

It works while a gateway is running, and also without one. ${settingsNote}${jsonNote}`;

/** The usage of `reelgate copy`. */
export const copyUsage = `Usage: reelgate copy --from file:PATH --to postgres://… [--json]: moves a stopped installation to PostgreSQL

  Other users of this machine can see a command line: leave the password out of the URL, and set PGPASSWORD or write ~/.pgpass.
  Videos and posters stay where MEDIA_STORE has them; reelgate media move brings them to another store.
`;

const all = `Usage: reelgate [command] [--env-file FILE]

  start       run the gateway (the default)
  losses      count and list the jobs that may have been paid for in vain; works while a gateway is running, and also without one
  key         create, list and revoke API keys
  grant       add credits to a user's account, or take some back; works while a gateway is running
  refund      give the owner of a completed job its credits back, once; works while a gateway is running
  export      print jobs, ledger entries or the audit log as CSV or NDJSON; works while a gateway is running
  audit       list who did what: grants, keys, endpoints, settings
  budget      set, remove and list budgets of users and of the installation
  erase       delete what a user asked for, and their videos
  backup      write the SQLite database to a file; works while a gateway is running
  restore     replace the database by a backup, or begin anew after a restore by other means
  copy        move a stopped SQLite installation to PostgreSQL
  media       copy all videos to another store; works while a gateway is running
  listen      print the webhooks of a gateway on this machine, and forward them: for development
  --version   print the version
  --help      print this; reelgate COMMAND --help prints more about a command

${settingsNote}${jsonNote}`;

/** What the command line prints about itself. */
export const usages: Usages = {
  all,
  each: new Map([
    ['start', start],
    ['losses', losses],
    ['key', keyUsage],
    ['grant', grantUsage],
    ['refund', refundUsage],
    ['export', exportUsage],
    ['audit', auditUsage],
    ['budget', budgetUsage],
    ['erase', eraseUsage],
    ['backup', backupUsage],
    ['restore', restoreUsage],
    ['copy', copyUsage],
    ['media', mediaUsage],
    ['listen', listenUsage],
  ]),
  withArguments: new Set([
    ...['key', 'grant', 'refund', 'export', 'audit', 'budget', 'erase'],
    ...['backup', 'restore', 'copy', 'media', 'listen'],
  ]),
  withJson: new Set([
    ...['losses', 'key', 'grant', 'refund', 'audit', 'budget', 'erase'],
    ...['backup', 'restore', 'copy', 'media'],
  ]),
};
