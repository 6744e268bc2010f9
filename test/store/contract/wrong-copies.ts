import type { lives } from './world.ts';
import type { WrongState } from './wrong-state.ts';

type Life = keyof typeof lives;

/** Sets columns of the job that these events lead to. */
const set = (life: Life, values: string) => `UPDATE jobs SET ${values} WHERE prompt = '${life}'`;

const waiting = "copy_state = 'WAITING', copy_at = 5";

const stored = `copy_state = 'STORED', copy_at = NULL, copy_settled_at = 5, copy_byte_size = 5, copy_sha256 = 'a'`;

const gone = "copy_state = 'GONE', copy_at = NULL, copy_settled_at = 5";

/** What a deletion sets, but for the columns in `instead`: an empty text leaves the column out. */
function deleted(instead: Readonly<Record<string, string>> = {}): string {
  const values: Record<string, string> = {
    deleted_at: '9',
    version: 'version + 1',
    prompt: "''",
    external_id: 'NULL',
    request_id: 'NULL',
    poll_url: 'NULL',
    poll_at: 'NULL',
    video_url: "CASE WHEN video_url IS NULL THEN NULL ELSE '' END",
    late_video_url: "CASE WHEN late_video_url IS NULL THEN NULL ELSE '' END",
    ...instead,
  };
  return Object.entries(values)
    .filter(([, value]) => value !== '')
    .map(([column, value]) => `${column} = ${value}`)
    .join(', ');
}

const copied: readonly WrongState[] = [
  ['another video id', set('pending', "video_id = '00000000000000000000000000000000'"), 'jobs_fixed'],
  ['an unknown state of a copy', set('completed', "copy_state = 'LOST'"), /jobs_cop/],
  ['a copy of no video', set('failed', waiting), 'jobs_copy'],
  ['a copy that waits for no time', set('completed', "copy_state = 'WAITING'"), 'jobs_copy'],
  ['a copy that is stored at once', set('completed', stored), 'jobs_copied'],
  ['a kept video that was never kept', set('completed', gone), 'jobs_copied'],
  ['a stored copy of unknown size', `${set('late', waiting)}; ${set('late', `${stored}, copy_byte_size = NULL`)}`, /./],
  [
    'a stored copy of unknown bytes',
    `${set('late', waiting)}; ${set('late', "copy_state = 'STORED', copy_at = NULL, copy_settled_at = 5, copy_byte_size = 5")}`,
    'jobs_copy_stored',
  ],
  [
    'a stored copy that falls due',
    `${set('late', waiting)}; ${set('late', "copy_state = 'STORED', copy_settled_at = 5, copy_byte_size = 5, copy_sha256 = 'a'")}`,
    'jobs_copy_stored',
  ],
  [
    'a stored copy that waits again',
    `${set('late', waiting)}; ${set('late', stored)}; ${set('late', `${waiting}, copy_settled_at = NULL`)}`,
    'jobs_copied',
  ],
  ['a copy that comes back', `${set('late', waiting)}; ${set('late', gone)}; ${set('late', stored)}`, 'jobs_copied'],
  ['a due copy that nobody makes', set('completed', 'copy_at = 5'), 'jobs_copy'],
];

const erased: readonly WrongState[] = [
  ['a running job that is deleted', set('queued', deleted({ poll_at: '' })), /jobs_/],
  ['a deletion that nobody is told of', set('failed', deleted({ version: '' })), 'jobs_step'],
  ['a deleted job with its prompt', set('failed', deleted({ prompt: '' })), 'jobs_deleted'],
  ['a deleted job with its video', set('completed', deleted({ video_url: '' })), 'jobs_deleted'],
  ['a deleted job with its late video', set('late', deleted({ late_video_url: '' })), 'jobs_deleted'],
  ['a deleted job with its request', set('completed', deleted({ request_id: '', poll_url: '' })), 'jobs_deleted'],
  ['a deleted job that is polled', set('expired', deleted({ poll_at: '' })), 'jobs_deleted'],
  ['a deleted job with another end', set('failed', `${deleted()}, failure_code = 'PROVIDER_TIMEOUT'`), 'jobs_ended'],
  ['a deleted job that never had its video', set('completed', deleted({ video_url: 'NULL' })), 'jobs_video'],
  [
    'a deletion that is taken back',
    `${set('failed', deleted({ prompt: "'@test/'" }))}; UPDATE jobs SET deleted_at = NULL WHERE deleted_at = 9`,
    /jobs_/,
  ],
  [
    'a deleted job with a new prompt',
    `${set('failed', deleted({ prompt: "'@test/'" }))}; UPDATE jobs SET prompt = 'p' WHERE deleted_at = 9`,
    'jobs_asked',
  ],
  ['history of a job that is there', "UPDATE job_events SET message = 'Oh.'", 'job_events_fixed'],
];

/** Wrong states of the copies of videos, and of deleted jobs. */
export const wrongCopies = { copies: copied, 'deleted jobs': erased };
