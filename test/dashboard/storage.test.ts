import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tabStorage } from '../../dashboard/src/storage.ts';

/** As much of a browser's storage as the dashboard uses. */
function openStorage(texts: Record<string, string> = {}) {
  const own = (name: string, value: unknown) => Object.defineProperty(texts, name, { value, configurable: true });
  own('getItem', (key: string) => texts[key] ?? null);
  own('setItem', (key: string, text: string) => void Object.assign(texts, { [key]: text }));
  own('removeItem', (key: string) => void Reflect.deleteProperty(texts, key));
  return texts;
}

describe('what a tab keeps', () => {
  beforeEach(() => tabStorage.clear());
  afterEach(() => {
    vi.unstubAllGlobals();
    tabStorage.clear();
  });

  it('is in the storage of the browser, beside what belongs to others', () => {
    const texts = openStorage({ other: 'stays' });
    vi.stubGlobal('sessionStorage', texts);
    tabStorage.write('draft', 'a boat');
    expect({ ...texts }).toEqual({ other: 'stays', 'reelgate.draft': 'a boat' });
    expect(tabStorage.read('draft')).toBe('a boat');
    tabStorage.write('draft', null);
    expect(tabStorage.read('draft')).toBe(null);
    tabStorage.write('credential', 'sk');
    tabStorage.clear();
    expect({ ...texts }).toEqual({ other: 'stays' });
  });

  it('lasts as long as the page where the browser blocks its storage', () => {
    vi.stubGlobal('sessionStorage', undefined);
    expect(tabStorage.read('draft')).toBe(null);
    tabStorage.write('draft', 'a boat');
    expect(tabStorage.read('draft')).toBe('a boat');
    tabStorage.clear();
    expect(tabStorage.read('draft')).toBe(null);
  });

  it('is the newest text where the storage is full', () => {
    const texts = openStorage({ 'reelgate.draft': 'a boat' });
    Object.defineProperty(texts, 'setItem', {
      value() {
        throw new Error('QuotaExceededError');
      },
    });
    vi.stubGlobal('sessionStorage', texts);
    tabStorage.write('draft', 'a red boat');
    expect(tabStorage.read('draft')).toBe('a red boat');
    tabStorage.write('draft', null);
    expect(tabStorage.read('draft')).toBe(null);
  });
});
