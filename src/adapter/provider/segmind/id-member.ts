import type { Redact } from './redact.ts';
import type { JsonObject } from './response.ts';

/** Under which names the id of a new job may stand, the likeliest first. */
const members = ['request_id', 'requestId', 'id', 'task_id', 'taskId', 'job_id', 'generation_id'];

/** The id of a job, from the first record that has one; null where none has one that can be used. */
export function requestIdIn(records: readonly JsonObject[], redact: Redact): string | null {
  for (const record of records) {
    for (const member of members) {
      const id = readRequestId(record[member], redact);
      if (id !== null) return id;
    }
  }
  return null;
}

/** A request id as the provider gave it, opaque; null where a JSON value cannot be one that an address and a row can hold. */
export function readRequestId(value: unknown, redact: Redact): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null;
  if (typeof value !== 'string' || value.trim() === '' || value.length > 512) return null;
  // Dots alone would lead to another address; control characters and halves of characters cannot be stored or sent.
  if (/^\.{1,2}$|[\p{Cc}\p{Cs}]/u.test(value)) return null;
  // No key is stored with a job, not even where the provider gives it back.
  return redact(value) === value ? value : null;
}
