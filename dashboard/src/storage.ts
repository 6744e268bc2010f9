import { base, keyPrefixOf, storageKeyOf } from './base.ts';

/** A few texts by name. `null` where there is none. */
type Texts = {
  readonly read: (name: string) => string | null;
  /** Keeps a text; null forgets it. */
  readonly write: (name: string, text: string | null) => void;
  /** Forgets what this gateway's pages keep. */
  readonly clear: () => void;
};

/** Ends with the tab and never reaches an address, a cookie or another tab. */
export const tabStorage: Texts = createTexts(() => sessionStorage);

/** Stays in this browser, for all its tabs. */
export const browserStorage: Texts = createTexts(() => localStorage);

/** Where the browser keeps nothing for the page, as its user may choose, the texts last until the page is left. */
function createTexts(open: () => Storage): Texts {
  const memory = new Map<string, string>();
  const attempt = <Result>(act: (storage: Storage) => Result): Result | null => {
    try {
      return act(open());
    } catch {
      // Storage that is blocked throws when it is opened, and one that is full when it is written.
      return null;
    }
  };
  return {
    read: (name) => memory.get(name) ?? attempt((storage) => storage.getItem(storageKeyOf(name))),
    write(name, text) {
      memory.delete(name);
      const isKept = attempt((storage) => {
        if (text === null) storage.removeItem(storageKeyOf(name));
        else storage.setItem(storageKeyOf(name), text);
        return true;
      });
      if (isKept === null && text !== null) memory.set(name, text);
    },
    clear() {
      memory.clear();
      const own = keyPrefixOf(base);
      attempt((storage) => {
        for (const key of Object.keys(storage)) if (key.startsWith(own)) storage.removeItem(key);
      });
    },
  };
}
