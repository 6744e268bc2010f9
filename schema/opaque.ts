import { opaqueTextOf } from '../src/domain/global-id.ts';

/**
 * Turns a value into an id or a cursor that clients return unread, and back: the base64url of its list's or type's name and the value.
 * `opaqueUuid('Job')` writes `Job:018f6d0e-…` as `Sm9iOjAxOGY2ZDBlL…`.
 */
export type Opaque<Value> = {
  readonly write: (value: Value) => string;
  /** Null unless `write` returns exactly this text for some value. */
  readonly read: (text: string) => Value | null;
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Opaque UUIDs; the name keeps them apart from other ids and cursors. */
export function opaqueUuid(name: string): Opaque<string> {
  return opaque(name, (text) => (uuid.test(text) ? text : null));
}

/** Opaque integers from 0 up; the name keeps them apart from other ids and cursors. */
export function opaqueNumber(name: string): Opaque<number> {
  return opaque(name, (text) => (Number.isSafeInteger(Number(text)) && Number(text) >= 0 ? Number(text) : null));
}

/** Opaque text; the name keeps it apart from other ids and cursors. */
export function opaqueText(name: string): Opaque<string> {
  return opaque(name, (text) => text);
}

function opaque<Value extends string | number>(name: string, parse: (text: string) => Value | null): Opaque<Value> {
  const write = (value: Value) => opaqueTextOf(name, value);
  return {
    write,
    read(text) {
      const plain = Buffer.from(text, 'base64url').toString();
      const value = parse(plain.slice(name.length + 1));
      // Writing the value again checks the name as well, and accepts only one spelling of each value.
      return value !== null && write(value) === text ? value : null;
    },
  };
}
