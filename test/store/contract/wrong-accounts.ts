import type { WrongState } from './wrong-state.ts';

const account = (values: string) => `UPDATE accounts SET ${values} WHERE owner = 'ana'`;

const newAccount = (owner: string, environment: string, values = '0, 0, 0, 0, 0, 0') =>
  `INSERT INTO accounts (id, owner, environment, balance, held, running, feed, ledger, jobs, created_at)
  VALUES ('new', '${owner}', '${environment}', ${values}, 1)`;

const idOf = (prompt: string) => `(SELECT id FROM jobs WHERE prompt = '${prompt}')`;

const of = (column: string) => `(SELECT ${column} FROM accounts WHERE owner = 'ana')`;

const unique = /unique|duplicate/i;

const accounts: readonly WrongState[] = [
  ['less than is held', account('balance = held - 1, ledger = ledger + 1'), 'accounts_available'],
  ['more held than there is', account('held = balance + 1'), 'accounts_available'],
  ['less held than nothing', account('held = -1'), 'accounts_held'],
  ['more than anyone may have', account('balance = 1000000001, ledger = ledger + 1'), 'accounts_most'],
  ['credits that are held for no job', account('running = 0'), 'accounts_running'],
  ['more running jobs than jobs', account('running = jobs + 1'), 'accounts_running'],
  ['a balance that moves without its ledger', account('balance = balance + 1'), 'accounts_step'],
  ['a ledger that skips a number', account('ledger = ledger + 2'), 'accounts_step'],
  ['a feed that skips a number', account('feed = feed + 2'), 'accounts_step'],
  ['a feed that goes back', account('feed = feed - 1'), 'accounts_step'],
  ['an account that changes hands', account("owner = 'bob'"), 'accounts_fixed'],
  ['an account that begins with credits', newAccount('eve', 'TEST', '5, 0, 0, 0, 0, 0'), 'accounts_new'],
  ['an account that begins with a history', newAccount('eve', 'TEST', '0, 0, 0, 1, 0, 0'), 'accounts_new'],
  ['an account of an unknown environment', newAccount('eve', 'PROD'), 'accounts_environment'],
  ['a second account of one user in one environment', newAccount('ana', 'TEST'), unique],
  ['an account that is gone', "DELETE FROM accounts WHERE owner = 'ana'", /foreign key/i],
];

/** Draws the next number of the feed and writes an event with it, or with another number, or into another feed. */
const event = (job: string, version: number, status: string, place: { feed?: string; owner?: string } = {}) =>
  `${account('feed = feed + 1')}; INSERT INTO job_events (job_id, version, account_id, feed, status, message, occurred_at) ` +
  `VALUES (${job}, ${version}, ${place.owner ?? of('id')}, ${place.feed ?? of('feed')}, '${status}', '', 1)`;

const moved = (prompt: string, state: string, values = '') =>
  `UPDATE jobs SET state = '${state}', version = version + 1${values} WHERE prompt = '${prompt}'`;

const completed = moved(
  'processing',
  'COMPLETED',
  ", finished_at = 5, poll_at = NULL, video_url = 'https://v', video_content_type = 'video/mp4'",
);

const events: readonly WrongState[] = [
  ['a second event of one state', event(idOf('pending'), 1, 'PENDING'), unique],
  ['an event of a state still to come', event(idOf('pending'), 2, 'PENDING'), 'job_events_new'],
  ['an event with another state', event(idOf('pending'), 1, 'QUEUED'), 'job_events_new'],
  ['an event of no job', event("'none'", 1, 'PENDING'), /job_events_new|foreign key/i],
  [
    'an event in another account’s feed',
    `${newAccount('eve', 'TEST')}; ${event(idOf('pending'), 1, 'PENDING', { feed: '1', owner: "'new'" })}`,
    'job_events_new',
  ],
  [
    'an event under a number that was not drawn',
    `${moved('pending', 'SUBMITTING')}; ${event(idOf('pending'), 2, 'PENDING', { feed: `${of('feed')} + 1` })}`,
    'job_events_new',
  ],
  [
    'a history that leaves out a state',
    `${moved('pending', 'SUBMITTING')}; ${moved('pending', 'PENDING')}; ${event(idOf('pending'), 3, 'PENDING')}`,
    'job_events_new',
  ],
  [
    'a feed that leaves out a number',
    `${moved('pending', 'SUBMITTING')}; ${account('feed = feed + 1')}; ${event(idOf('pending'), 2, 'PENDING')}`,
    'job_events_new',
  ],
  [
    'a completed job that was not captured',
    `${completed}; ${event(idOf('processing'), 5, 'COMPLETED')}`,
    'job_events_new',
  ],
  ['an event that is rewritten', "UPDATE job_events SET message = 'x'", 'job_events_fixed'],
  ['an event that is gone', 'DELETE FROM job_events', 'job_events_kept'],
];

const columns =
  'id, account_id, environment, number, kind, credits, balance_after, job_id, reason, idempotency_key, created_at';

type Other = { readonly job?: string; readonly reason?: string; readonly key?: string; readonly id?: string };

/** Changes the balance and writes a ledger entry of it. */
const entry = (credits: number, kind: string, other: Other = {}) => {
  const { job = 'NULL', reason = kind === 'CAPTURE' ? 'NULL' : "'x'", key = 'NULL', id = 'new' } = other;
  const values = `${of('ledger')}, '${kind}', ${credits}, ${of('balance')}, ${job}, ${reason}, ${key}, 1`;
  return `${account(`balance = balance + ${credits}, ledger = ledger + 1`)};
    INSERT INTO ledger_entries (${columns}) VALUES ('${id}', ${of('id')}, 'TEST', ${values})`;
};

/** Writes a ledger entry without changing the balance. */
const loose = (number: string, balanceAfter: string, environment = 'TEST') =>
  `INSERT INTO ledger_entries (${columns}) ` +
  `VALUES ('new', ${of('id')}, '${environment}', ${number}, 'GRANT', 5, ${balanceAfter}, NULL, 'x', NULL, 1)`;

const entries: readonly WrongState[] = [
  ['an entry of a balance that did not move', loose(`${of('ledger')} + 1`, of('balance')), 'ledger_entries_new'],
  ['an entry that does not add up', loose(of('ledger'), of('balance')), /ledger_entries_new|unique/i],
  [
    'an entry in another environment than its account’s',
    `${account('balance = balance + 5, ledger = ledger + 1')}; ${loose(of('ledger'), of('balance'), 'LIVE')}`,
    'ledger_entries_new',
  ],
  [
    'a ledger that leaves out a number',
    `${account('balance = balance + 5, ledger = ledger + 1')}; ${entry(5, 'GRANT')}`,
    'ledger_entries_new',
  ],
  ['a capture of a running job', entry(-67, 'CAPTURE', { job: idOf('queued') }), 'ledger_entries_price'],
  ['a capture of a failed job', entry(-67, 'CAPTURE', { job: idOf('late') }), 'ledger_entries_price'],
  ['a second capture of a job', entry(-67, 'CAPTURE', { job: idOf('completed') }), unique],
  [
    'a capture at another price',
    `${completed}; ${entry(-66, 'CAPTURE', { job: idOf('processing') })}`,
    'ledger_entries_price',
  ],
  ['a capture of nothing', entry(-67, 'CAPTURE'), /ledger_entries_(price|capture)/],
  ['a grant of nothing', entry(0, 'GRANT'), 'ledger_entries_grant'],
  ['a grant without a reason', entry(5, 'GRANT', { reason: 'NULL' }), 'ledger_entries_grant'],
  ['a grant for a job', entry(5, 'GRANT', { job: idOf('queued') }), 'ledger_entries_grant'],
  ['a second grant of one key', entry(5, 'GRANT', { key: "'g1'" }), unique],
  ['a refund of a running job', entry(67, 'REFUND', { job: idOf('queued') }), 'ledger_entries_refunded'],
  ['a refund of a failed job', entry(67, 'REFUND', { job: idOf('late') }), 'ledger_entries_refunded'],
  ['a refund of no job', entry(67, 'REFUND'), /ledger_entries_refund/],
  ['a refund of more than was captured', entry(68, 'REFUND', { job: idOf('completed') }), 'ledger_entries_refunded'],
  ['a refund of less than was captured', entry(66, 'REFUND', { job: idOf('completed') }), 'ledger_entries_refunded'],
  [
    'a refund to another account',
    `${newAccount('eve', 'TEST')}; UPDATE accounts SET balance = 67, ledger = 1 WHERE id = 'new';
    INSERT INTO ledger_entries (${columns}) VALUES ('new', 'new', 'TEST', 1, 'REFUND', 67, 67, ${idOf('completed')}, 'x', NULL, 1)`,
    'ledger_entries_refunded',
  ],
  [
    'a refund without a reason',
    entry(67, 'REFUND', { job: idOf('completed'), reason: 'NULL' }),
    'ledger_entries_refund',
  ],
  [
    'a second refund of a job',
    `${entry(67, 'REFUND', { job: idOf('completed') })}; ${entry(67, 'REFUND', { job: idOf('completed'), id: 'newer' })}`,
    unique,
  ],
  ['an unknown kind', entry(5, 'GIFT'), 'ledger_entries_kind'],
  ['an entry that is rewritten', 'UPDATE ledger_entries SET credits = 1', 'ledger_entries_fixed'],
  ['an entry that is gone', 'DELETE FROM ledger_entries', 'ledger_entries_kept'],
];

const settings: readonly WrongState[] = [
  ['a second row', 'INSERT INTO settings (id, secret, pings) SELECT 2, secret, 0 FROM settings', 'settings_one'],
  ['another secret', 'UPDATE settings SET secret = secret', 'settings_secret_fixed'],
  ['no secret', 'DELETE FROM settings', 'settings_kept'],
];

const setKey = (values: string) => `UPDATE api_keys SET ${values} WHERE owner = 'ana'`;

/** A copy of ana's key with some other values; columns that are not named stay as they are. */
const newKey = (
  other: Partial<Record<'owner' | 'environment' | 'hash' | 'scopes' | 'expires' | 'revoked' | 'used', string>>,
) => {
  const { owner = 'owner', environment = 'environment', hash = 'secret_hash', scopes = 'scopes' } = other;
  const { expires = 'NULL', revoked = 'NULL', used = 'NULL' } = other;
  return `INSERT INTO api_keys (id, owner, environment, secret_hash, scopes, created_at, expires_at, revoked_at, last_used_at)
    SELECT 'new', ${owner}, ${environment}, ${hash}, ${scopes}, created_at, ${expires}, ${revoked}, ${used}
    FROM api_keys WHERE owner = 'ana'`;
};

const keys: readonly WrongState[] = [
  ['a second key of one id', 'INSERT INTO api_keys SELECT * FROM api_keys', unique],
  ['a key of nobody', newKey({ owner: "''" }), 'api_keys_owner'],
  ['a key of an unknown environment', newKey({ environment: "'PROD'" }), 'api_keys_environment'],
  ['a key without scopes', newKey({ scopes: "''" }), 'api_keys_scopes'],
  ['an unknown scope', newKey({ scopes: "'jobs:delete'" }), 'api_keys_scopes'],
  ['a set of scopes in two spellings', newKey({ scopes: "'jobs:write jobs:read'" }), 'api_keys_scopes'],
  ['a key that ends before it begins', newKey({ expires: 'created_at' }), 'api_keys_expires_at'],
  ['a key that begins revoked', newKey({ revoked: 'created_at' }), 'api_keys_new'],
  ['a key that begins used', newKey({ used: 'created_at' }), 'api_keys_new'],
  ['a key that changes hands', setKey("owner = 'bob'"), 'api_keys_fixed'],
  ['a key that crosses over to LIVE', setKey("environment = 'LIVE'"), 'api_keys_fixed'],
  ['a key that may do more', setKey("scopes = 'admin'"), 'api_keys_fixed'],
  ['a key with another secret', setKey('secret_hash = secret_hash'), 'api_keys_fixed'],
  ['a key that lives longer', setKey('expires_at = NULL'), 'api_keys_fixed'],
  ['a key that is good again', `${setKey('revoked_at = 5')}; ${setKey('revoked_at = NULL')}`, 'api_keys_revoked'],
  ['a last use that goes back', `${setKey('last_used_at = 5')}; ${setKey('last_used_at = 4')}`, 'api_keys_used'],
  ['a last use that is forgotten', `${setKey('last_used_at = 5')}; ${setKey('last_used_at = NULL')}`, 'api_keys_used'],
  ['a key that is gone', 'DELETE FROM api_keys', 'api_keys_kept'],
];

/** Wrong states of everything around jobs, by table. */
export const wrongAccounts = { accounts, 'job events': events, 'ledger entries': entries, 'API keys': keys, settings };
