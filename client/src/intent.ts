import { ReelgateError } from './error.ts';

/** Where keys outlive a reload; `sessionStorage` in a browser. */
export type KeyStorage = {
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
};

/** Something asked for whose answer is not known yet. */
type Pending = { readonly intent: string; readonly input: string; readonly key: string; readonly at: number };

/** How long the same input after an answer is a double click, and not a wish for another video. */
const doubleClickMs = 1000;

/** What is older was forgotten by whoever asked. */
const forgetMs = 24 * 3_600_000;

const mostPending = 50;

/** Requests that had no effect for certain, so that their keys are free. */
const refused: readonly string[] = ['BAD_USER_INPUT', 'FORBIDDEN', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED'];

/** Gives each intent one key, until its answer is known. */
export type Intents = {
  /** Sends an input with the key of its intent. While an answer is pending, and a second longer, the same intent gets the same promise. */
  run<Answer>(intent: string, input: object, send: (key: string) => Promise<Answer>): Promise<Answer>;
  /** The inputs of an intent whose answers are not known, oldest first, as after a reload. */
  pending(intent: string): readonly string[];
};

/**
 * An intent is its name and its input.
 *
 *     new ── sent with a new key, stored ──▶ pending ── answered, or refused ──▶ forgotten after a second
 *                                            ▲    │
 *                                            └────┴── lost, or the page reloaded: the same key again
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

  function keyOf(intent: string, input: string): string {
    const all = read();
    const known = all.find((each) => each.intent === intent && each.input === input);
    if (known !== undefined) return known.key;
    const key = randomKey();
    write([...all, { intent, input, key, at: Date.now() }]);
    return key;
  }

  async function settle<Answer>(key: string, answer: Promise<Answer>, id: string): Promise<Answer> {
    const forget = () => write(read().filter((each) => each.key !== key));
    try {
      const answered = await answer;
      forget();
      const run = running.get(id);
      if (run !== undefined) running.set(id, { ...run, until: Date.now() + doubleClickMs });
      return answered;
    } catch (error) {
      if (error instanceof ReelgateError && refused.includes(error.code)) forget();
      running.delete(id);
      throw error;
    }
  }

  return {
    run<Answer>(intent: string, input: object, send: (key: string) => Promise<Answer>) {
      for (const [id, { until }] of running) if (until < Date.now()) running.delete(id);
      const text = textOf(input);
      const id = `${intent} ${text}`;
      // The promise under this id came from the same call.
      const known = running.get(id)?.answer as Promise<Answer> | undefined;
      if (known !== undefined) return known;
      const key = keyOf(intent, text);
      const answer = settle(key, send(key), id);
      running.set(id, { answer, until: Number.POSITIVE_INFINITY });
      return answer;
    },
    pending: (intent) =>
      read()
        .filter((each) => each.intent === intent)
        .map(({ input }) => input),
  };
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
