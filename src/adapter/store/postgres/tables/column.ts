import { bigint, customType } from 'drizzle-orm/pg-core';

/** Text that is compared byte by byte in every database, so ids sort by time and no index depends on a locale. */
export const text = customType<{ data: string; driverData: string }>({ dataType: () => 'text COLLATE "C"' });

/** Bytes. */
export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** An integer of up to 53 bits: instants in epoch milliseconds, seeds and counters. */
export function int53<Name extends string>(name: Name) {
  return bigint(name, { mode: 'number' });
}
