import { type Settings, shownItem } from './env.ts';

/** Reads ALLOWED_ORIGINS: origins in lower case, comma separated. */
export function readOrigins({ text, refuse }: Settings): readonly string[] {
  const value = text('ALLOWED_ORIGINS') ?? '';
  const origins = value
    .split(',')
    .map((each) => each.trim().replace(/\/$/, ''))
    .filter((each) => each !== '');
  for (const origin of origins) {
    const url = URL.canParse(origin) ? new URL(origin) : null;
    if (url === null || url.origin !== origin.toLowerCase() || !/^https?:$/.test(url.protocol)) {
      refuse(
        'ALLOWED_ORIGINS',
        `must list origins such as https://app.example.com, comma separated; ${shownItem(origin, value)} is not an origin.`,
      );
    }
  }
  return origins.map((origin) => origin.toLowerCase());
}
