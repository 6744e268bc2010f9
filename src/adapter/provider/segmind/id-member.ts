import type { Redact } from './redact.ts';
import type { JsonObject } from './response.ts';

/** The members that may hold a new job's id, the likeliest first. */
export const idMembers = ['request_id', 'requestId', 'id', 'task_id', 'taskId', 'job_id', 'generation_id'];

/** A job's id, from the first record with a usable one; null if none has. */
export function requestIdIn(records: readonly JsonObject[], redact: Redact): string | null {
  for (const record of records) {
    for (const member of idMembers) {
      const id = readRequestId(record[member], redact);
      if (id !== null) return id;
    }
  }
  return null;
}

/** A request id, kept as the provider sent it; null if the JSON value does not fit into an address and a row. */
export function readRequestId(value: unknown, redact: Redact): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null;
  if (typeof value !== 'string' || value.trim() === '' || value.length > 512) return null;
  // Dots alone would change the path; control characters and lone surrogates cannot be stored or sent.
  if (/^\.{1,2}$|[\p{Cc}\p{Cs}]/u.test(value)) return null;
  // No key is stored with a job, not even if the provider echoes it.
  return redact(value) === value ? value : null;
}
