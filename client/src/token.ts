/** A token, or a function that gets one from your backend. */
export type TokenSource = string | (() => string | null | Promise<string | null>) | null | undefined;

/** Holds the current token, and gets another once the gateway refuses it. */
export type Tokens = {
  /** The current token; null if the gateway needs none. */
  read(): Promise<string | null>;
  /** Forgets this token. */
  refuse(token: string | null): void;
  /** Whether there may be another one after a refusal. */
  readonly isRenewable: boolean;
};

/** Calls the function once for everyone who waits, and again only after a refusal. */
export function createTokens(source: TokenSource): Tokens {
  let current: Promise<string | null> | null = null;
  let held: string | null | undefined;
  return {
    read() {
      if (typeof source !== 'function') return Promise.resolve(source ?? null);
      if (current !== null) return current;
      const asked = (async () => source())();
      current = asked;
      asked.then(
        (token) => {
          held = token;
        },
        () => {
          // The next caller asks again.
          if (current === asked) current = null;
        },
      );
      return asked;
    },
    refuse(token) {
      // Another request may have renewed it already.
      if (held !== token) return;
      current = null;
      held = undefined;
    },
    isRenewable: typeof source === 'function',
  };
}

/** What the header `authorization`, and the connection parameter of this name, has for a token. */
export function bearer(token: string): string {
  return `Bearer ${token}`;
}
