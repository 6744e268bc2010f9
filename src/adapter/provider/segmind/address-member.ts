import { type Headers, headerOf, isRecord, type JsonObject } from './response.ts';

/** Under which names the address to poll may stand, the likeliest first; a dot leads into a member. */
const members = ['poll_url', 'pollUrl', 'status_url', 'get_url', 'urls.get'];

/** Where the provider says that a job can be polled: in the first record that names an address, else in the header Location. */
export function pollAddressIn(records: readonly JsonObject[], headers: Headers): string | null {
  for (const record of records) {
    for (const member of members) {
      const address = memberOf(record, member.split('.'));
      if (typeof address === 'string' && address.trim() !== '') return address;
    }
  }
  return headerOf(headers, 'location');
}

function memberOf(record: JsonObject, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), record);
}
