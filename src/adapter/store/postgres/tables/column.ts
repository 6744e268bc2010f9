import { bigint, customType } from 'drizzle-orm/pg-core';

/** Text that is compared byte by byte, whatever language the database was made in: ids sort as they were made, and no index depends on a locale. */
export const text = customType<{ data: string; driverData: string }>({ dataType: () => 'text COLLATE "C"' });

/** Bytes. */
export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });

/** A whole number of up to 53 bits: instants in epoch milliseconds, seeds and numbers that are drawn. */
export function int53<Name extends string>(name: Name) {
  return bigint(name, { mode: 'number' });
}
