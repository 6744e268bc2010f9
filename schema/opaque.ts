/** A value as text that clients keep and hand back without reading it: an id or a cursor. */
export type Opaque<Value> = {
  readonly write: (value: Value) => string;
  /** Null where the text is not, letter for letter, what `write` makes of a value. */
  readonly read: (text: string) => Value | null;
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** UUIDs behind a name that tells them from all other kinds. */
export function opaqueUuid(name: string): Opaque<string> {
  return opaque(name, (text) => (uuid.test(text) ? text : null));
}

/** Whole numbers from 0 on behind a name that tells them from all other kinds. */
export function opaqueNumber(name: string): Opaque<number> {
  return opaque(name, (text) => (Number.isSafeInteger(Number(text)) && Number(text) >= 0 ? Number(text) : null));
}

/** Any text behind a name that tells it from all other kinds. */
export function opaqueText(name: string): Opaque<string> {
  return opaque(name, (text) => text);
}

function opaque<Value extends string | number>(name: string, parse: (text: string) => Value | null): Opaque<Value> {
  const write = (value: Value) => Buffer.from(`${name}:${value}`).toString('base64url');
  return {
    write,
    read(text) {
      const plain = Buffer.from(text, 'base64url').toString();
      const value = parse(plain.slice(name.length + 1));
      // Writing it again proves the name, too, and that there is one spelling only.
      return value !== null && write(value) === text ? value : null;
    },
  };
}
