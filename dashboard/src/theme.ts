import { prefer, preferenceOf } from './preference.ts';

/** The themes on offer; `system` follows the settings of the device. */
export const themes = ['system', 'light', 'dark'] as const;

/** A theme. */
export type Theme = (typeof themes)[number];

/** The theme that a preference names. */
export function themeOf(preference: string | null): Theme {
  return themes.find((theme) => theme === preference) ?? 'system';
}

/** Gives the page the theme that its user has chosen, now and when another tab changes it. */
export function startTheme(): void {
  apply(themeOf(preferenceOf('theme')));
  addEventListener('storage', () => apply(themeOf(preferenceOf('theme'))));
}

/** Changes the theme and remembers it. */
export function chooseTheme(theme: Theme): void {
  apply(theme);
  prefer('theme', theme === 'system' ? null : theme);
}

function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  // The browser's own bars follow the page: on a phone they are around it.
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const scheme = meta.dataset['scheme'];
    meta.media = theme === 'system' ? `(prefers-color-scheme: ${scheme})` : theme === scheme ? 'all' : 'not all';
  }
}
