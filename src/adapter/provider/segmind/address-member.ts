import { type Headers, headerOf, isRecord, type JsonObject } from './response.ts';

/** The members that may hold the address to poll, the likeliest first; a dot leads into a member. */
export const addressMembers = ['poll_url', 'pollUrl', 'status_url', 'get_url', 'urls.get'];

/** The address at which the provider lets a job be polled: from the first record that names one, else from the Location header. */
export function pollAddressIn(records: readonly JsonObject[], headers: Headers): string | null {
  for (const record of records) {
    for (const member of addressMembers) {
      const address = memberOf(record, member.split('.'));
      if (typeof address === 'string' && address.trim() !== '') return address;
    }
  }
  return headerOf(headers, 'location');
}

function memberOf(record: JsonObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), record);
}
