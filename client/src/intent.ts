import { ReelgateError } from './error.ts';

/** Where keys outlive a reload; `sessionStorage` in a browser. */
export type KeyStorage = {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
};

/** Something asked for whose answer is not known yet. `isOpen`: no error has come either, so a reloaded page asks for it again. */
type Pending = {
  readonly intent: string;
  readonly input: string;
  readonly key: string;
  readonly at: number;
  readonly isOpen?: boolean;
};

/** How long the same input after an answer is a double click, and not a wish for another video. */
const doubleClickMs = 1000;

/** For how long a reloaded page asks by itself. */
const recentMs = 300_000;

/** How long a key is kept. */
const forgetMs = 24 * 3_600_000;

const mostPending = 50;

/** Why a request is refused before anything is stored. Without a lost response before it, the key is free. */
const refusals = /^(BAD_USER_INPUT|FORBIDDEN|GRAPHQL_\w+|RATE_LIMITED|UNAUTHENTICATED)$/;

/** Sends an input with this key. `lost`: called if a response was lost, before the request is repeated. */
type Send<Answer> = (key: string, lost: () => void) => Promise<Answer>;

/** Gives each intent one key, until its answer is known. */
export type Intents = {
  /** Sends an input with the key of its intent. While an answer is pending, and a second longer, the same intent gets the same promise. */
  run<Answer>(intent: string, input: object, send: Send<Answer>): Promise<Answer>;
  /** The inputs of an intent that are open and recent, in the order in which they were asked for last. */
  pending(intent: string): readonly string[];
  /** Closes them. */
  forget(intent: string): void;
};

/**
 * An intent is its name and its input.
 *
 *     new ── sent, its key stored ──▶ open ── answered, or refused for certain ──▶ forgotten
 *                                     ▲  │
 *     closed ── asked for again ──────┘  └── an error, or `forget` ──▶ closed: its key stays for a day
 *
 * An intent stays open if the page is closed or reloaded first. The new page then knows of it as long as it is recent.
 */
export function createIntents(name: string, storage: KeyStorage | null): Intents {
  const running = new Map<string, { readonly answer: Promise<unknown>; readonly until: number }>();
  let usable = storage;
  let memory: readonly Pending[] = [];

  function read(): readonly Pending[] {
    const since = Date.now() - forgetMs;
    try {
      // Only this module writes the item.
      if (usable !== null) memory = JSON.parse(usable.getItem(name) ?? '[]') as readonly Pending[];
    } catch {
      // A browser may forbid storage; keys then last as long as the page.
      usable = null;
    }
    return memory.filter(({ at }) => at > since);
  }

  function write(pending: readonly Pending[]): void {
    memory = pending.slice(-mostPending);
    try {
      if (memory.length === 0) usable?.removeItem(name);
      else usable?.setItem(name, JSON.stringify(memory));
    } catch {
      usable = null;
    }
  }

  function close(isMeant: (each: Pending) => boolean): void {
    write(read().map((each) => (isMeant(each) ? { ...each, isOpen: false } : each)));
  }

  /** Opens an intent. Its key is new unless it was asked for before. */
  function open(intent: string, input: string) {
    const isSame = (each: Pending) => each.intent === intent && each.input === input;
    const all = read();
    const known = all.find(isSame);
    const key = known?.key ?? randomKey();
    // A page that is reloaded again and again does not ask for ever.
    const at = known !== undefined && isRecent(known) ? known.at : Date.now();
    write([...all.filter((each) => !isSame(each)), { intent, input, key, at, isOpen: true }]);
    return { isSame, key, isNew: known === undefined };
  }

  async function settle<Answer>(
    id: string,
    { isSame, key, isNew }: ReturnType<typeof open>,
    send: Send<Answer>,
  ): Promise<Answer> {
    let isUnsure = !isNew;
    const forget = () => write(read().filter((each) => !isSame(each)));
    try {
      const answer = await send(key, () => {
        isUnsure = true;
      });
      forget();
      const run = running.get(id);
      if (run !== undefined) running.set(id, { ...run, until: Date.now() + doubleClickMs });
      return answer;
    } catch (error) {
      if (!isUnsure && error instanceof ReelgateError && refusals.test(error.code)) forget();
      else close(isSame);
      running.delete(id);
      throw error;
    }
  }

  return {
    run<Answer>(intent: string, input: object, send: Send<Answer>) {
      for (const [id, { until }] of running) if (until < Date.now()) running.delete(id);
      const text = textOf(input);
      const id = `${intent} ${text}`;
      const known = running.get(id);
      // The promise under this id came from the same call.
      const shared = known?.answer as Promise<Answer> | undefined;
      if (shared !== undefined && known?.until !== Number.POSITIVE_INFINITY) return shared;
      // Also while it runs: it may have been closed meanwhile.
      const opened = open(intent, text);
      const answer = shared ?? settle(id, opened, send);
      running.set(id, { answer, until: Number.POSITIVE_INFINITY });
      return answer;
    },
    pending: (intent) =>
      read()
        .filter((each) => each.intent === intent && each.isOpen && isRecent(each))
        .map(({ input }) => input),
    forget: (intent) => close((each) => each.intent === intent),
  };
}

function isRecent({ at }: Pending): boolean {
  return at > Date.now() - recentMs;
}

/** The same text for the same input, whatever the order of its members. */
function textOf(input: object): string {
  const members = Object.entries(input).filter(([, value]) => value !== undefined && value !== null);
  return JSON.stringify(Object.fromEntries(members.sort(([one], [other]) => (one < other ? -1 : 1))));
}

/** 128 random bits. Works without `randomUUID`, which browsers offer on secure pages only. */
function randomKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
