import type { lives } from './world.ts';
import type { WrongState } from './wrong-state.ts';

type Life = keyof typeof lives;

/** Sets columns of the job that these events lead to. */
const set = (life: Life, values: string) => `UPDATE jobs SET ${values} WHERE prompt = '${life}'`;

/** Updates that job. */
const move = (life: Life, state: string, values = '') =>
  set(life, `state = '${state}', version = version + 1${values === '' ? '' : `, ${values}`}`);

const copied =
  'id, account_id, number, owner, environment, idempotency_key, retry_of, prompt, aspect_ratio, seed, external_id, price_credits, state, ' +
  'version, estimate_quantiles, estimate_sample_size, faults, resends, created_at, deadline_at, poll_at, video_id';

/** Stores a copy of the PENDING job as its account's newest, with some columns changed. */
function insert(own: Readonly<Record<string, string>>): string {
  const given = { id: "'new'", number: 'number + 10', ...own };
  const values: Record<string, string> = { video_id: `substr(${given.id} || 'x' || video_id, 1, 32)`, ...given };
  const selected = copied.split(', ').map((column) => values[column] ?? column);
  return (
    "UPDATE accounts SET jobs = jobs + 1, running = running + 1 WHERE owner = 'ana'; " +
    `INSERT INTO jobs (${copied}) SELECT ${selected.join(', ')} FROM jobs WHERE prompt = 'pending' AND id <> 'a'`
  );
}

const ended = 'finished_at = 5, poll_at = NULL';

const someVideo = (prefix: string) => `${prefix}_url = 'https://v.example', ${prefix}_content_type = 'video/mp4'`;

const someFailure = "failure_code = 'PROVIDER_TIMEOUT', failure_message = 'x'";

const idOf = (life: Life) => `(SELECT id FROM jobs WHERE prompt = '${life}')`;

const unique = /unique|duplicate/i;

const inserted: readonly WrongState[] = [
  ['a job that begins sent', insert({ state: "'SUBMITTING'" }), 'jobs_new'],
  ['a job that begins at a later version', insert({ version: '2' }), 'jobs_new'],
  ['a job that is not its account’s newest', insert({ number: 'number + 11' }), 'jobs_new'],
  ['a job with a number that is taken', insert({ number: '10' }), /jobs_new|unique/i],
  ['a job with an id that is taken', insert({ id: 'id' }), unique],
  ['a job of no account', insert({ account_id: "'none'" }), /jobs_new|foreign key/i],
  ['a job under another owner than its account’s', insert({ owner: "'bob'" }), /foreign key/i],
  ['a job in another environment than its account’s', insert({ environment: "'LIVE'" }), /foreign key/i],
  ['a prompt of nothing', insert({ prompt: "''" }), 'jobs_prompt'],
  ['a prompt that is too long', insert({ prompt: `'${'a'.repeat(2001)}'` }), 'jobs_prompt'],
  ['a shape that is not on offer', insert({ aspect_ratio: "'21:9'" }), 'jobs_aspect_ratio'],
  ['a seed below -1', insert({ seed: '-2' }), 'jobs_seed'],
  ['a seed beyond 53 bits', insert({ seed: '9007199254740992' }), 'jobs_seed'],
  ['an external id that is too long', insert({ external_id: `'${'a'.repeat(256)}'` }), 'jobs_external_id'],
  ['an empty idempotency key', insert({ idempotency_key: "''" }), 'jobs_key'],
  ['an idempotency key that is too long', insert({ idempotency_key: `'${'a'.repeat(256)}'` }), 'jobs_key'],
  ['an idempotency key that cannot be printed', insert({ idempotency_key: "'ä'" }), 'jobs_key'],
  ['a price below nothing', insert({ price_credits: '-1' }), 'jobs_price'],
  ['a retry of no job', insert({ retry_of: "'none'" }), /jobs_retry_of|foreign key/i],
  ['a retry of itself', insert({ retry_of: "'new'" }), 'jobs_retry_of'],
  ['a retry of a running job', insert({ retry_of: idOf('pending') }), 'jobs_retry_of'],
  ['a retry of a completed job', insert({ retry_of: idOf('completed') }), 'jobs_retry_of'],
  [
    'a retry of another account’s job',
    insert({ retry_of: "(SELECT id FROM jobs WHERE owner = 'bob')" }),
    'jobs_retry_of',
  ],
  [
    'two jobs of one key',
    `${insert({ id: "'a'", idempotency_key: "'k'" })}; ${insert({ id: "'b'", number: 'number + 11', idempotency_key: "'k'" })}`,
    unique,
  ],
  [
    'two retries without a key',
    `${insert({ id: "'a'", retry_of: idOf('failed') })}; ${insert({ id: "'b'", number: 'number + 11', retry_of: idOf('failed') })}`,
    unique,
  ],
];

const moved: readonly WrongState[] = [
  ['an unknown state', move('pending', 'RUNNING'), /jobs_(state|finished)/],
  ['a change of state at the same version', set('pending', "state = 'SUBMITTING'"), 'jobs_step'],
  ['a newer version of the same state', set('pending', 'version = 2'), 'jobs_step'],
  ['a version that jumps', set('pending', "state = 'SUBMITTING', version = 3"), 'jobs_step'],
  ['a completed job that runs again', move('completed', 'PROCESSING'), 'jobs_ended'],
  ['a canceled job that is sent', move('canceled', 'SUBMITTING'), 'jobs_ended'],
  ['a failed job that completes', move('expired', 'COMPLETED'), 'jobs_ended'],
  ['an unconfirmed job that is sent again', move('unconfirmed', 'PENDING'), 'jobs_ended'],
  ['an accepted job that is sent again', move('queued', 'PENDING'), 'jobs_submitted'],
  ['an accepted job that is canceled', move('queued', 'CANCELED', ended), 'jobs_submitted'],
  ['a running job that was never accepted', move('submitting', 'QUEUED'), 'jobs_submitted'],
  ['a job that completes without a video', move('processing', 'COMPLETED', ended), 'jobs_video'],
  ['a job that fails without a failure', move('processing', 'FAILED', ended), 'jobs_failure'],
  ['a job that ends without its time', move('pending', 'CANCELED', 'poll_at = NULL'), 'jobs_finished'],
];

const changed: readonly WrongState[] = [
  ['a price that changes', set('pending', 'price_credits = 1'), 'jobs_fixed'],
  ['a prompt that changes', set('pending', "prompt = 'other'"), 'jobs_asked'],
  ['a job of another token', set('pending', "token_id = 't1'"), 'jobs_fixed'],
  ['a job of another key', set('pending', "api_key_id = 'k1'"), 'jobs_fixed'],
  ['a job that changes hands', set('pending', "owner = 'bob'"), 'jobs_fixed'],
  ['an end that is rewritten', set('failed', "failure_message = 'Oh.'"), 'jobs_ended'],
  ['a video that is exchanged', set('completed', someVideo('video')), 'jobs_ended'],
  ['a running job with a video', set('processing', someVideo('video')), 'jobs_video'],
  ['a running job with half a video', set('processing', "video_content_type = 'video/mp4'"), 'jobs_video_whole'],
  ['a running job with a failure', set('queued', someFailure), 'jobs_failure'],
  ['a running job with half a failure', set('pending', 'failure_http_status = 500'), 'jobs_failure_whole'],
  ['a running job with the time of its end', set('pending', 'finished_at = 5'), 'jobs_finished'],
  ['a running job that never falls due', set('queued', 'poll_at = NULL'), 'jobs_poll'],
  ['a completed job that falls due', set('completed', 'poll_at = 5'), 'jobs_poll'],
  ['a failed job that falls due though nobody accepted it', set('unconfirmed', 'poll_at = 5'), 'jobs_poll'],
  ['a job that falls due after its late video', set('late', 'poll_at = 5'), 'jobs_poll'],
  ['an accepted job without a URL', set('unconfirmed', 'submitted_at = 5'), 'jobs_submission'],
  ['a request id without a request', set('pending', "request_id = 'r'"), 'jobs_submission'],
  [
    'a job that is accepted again',
    set('queued', "request_id = 'r2', poll_url = 'https://r2.example'"),
    'jobs_accepted',
  ],
  ['a job that is no longer accepted', set('expired', 'submitted_at = NULL, poll_url = NULL'), 'jobs_accepted'],
  ['a job that is processed and never began', set('processing', 'started_at = NULL'), 'jobs_started'],
  ['a job that began before it was accepted', set('pending', 'started_at = 5'), 'jobs_started'],
  [
    'a late video of a completed job',
    set('completed', `${someVideo('late_video')}, version = version + 1`),
    'jobs_late_video',
  ],
  [
    'a late video of a job that nobody accepted',
    set('unconfirmed', `${someVideo('late_video')}, version = version + 1`),
    'jobs_late_video',
  ],
  ['a late video that nobody is told of', set('expired', someVideo('late_video')), 'jobs_step'],
  ['an end whose version grows', set('expired', 'version = version + 1'), 'jobs_step'],
  ['another cap', set('pending', 'max_credits = 5'), 'jobs_fixed'],
  ['half a late video', set('expired', "late_video_content_type = 'video/mp4'"), 'jobs_late_video_whole'],
  ['a late video that is exchanged', set('late', someVideo('late_video')), 'jobs_late'],
  ['fewer faults than none', set('queued', 'faults = -1'), 'jobs_counters'],
  ['an estimate that is no list', set('queued', "estimate_quantiles = '{}'"), 'jobs_estimate'],
  ['a time that is no number', set('queued', "poll_at = 'soon'"), /cannot store|invalid input syntax/i],
  ['a job that is gone', "DELETE FROM jobs WHERE prompt = 'pending'", /foreign key/i],
];

/** Wrong states of jobs. */
export const wrongJobs = [...inserted, ...moved, ...changed];
