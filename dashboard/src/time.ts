import { useSyncExternalStore } from 'react';

/** A length of time in words, such as `1 min 5 s`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

/** How an instant lies to now, such as `2 min ago` or `in 7 days`. */
export function relativeText(at: number, now: number): string {
  const seconds = (at - now) / 1000;
  if (Math.abs(seconds) < 5) return 'just now';
  const { length, unit } = coarse(Math.abs(seconds));
  return seconds < 0 ? `${length} ${unit} ago` : `in ${length} ${unit}`;
}

function coarse(seconds: number): { readonly length: number; readonly unit: string } {
  if (seconds < 60) return { length: Math.round(seconds), unit: 's' };
  if (seconds < 3600) return { length: Math.round(seconds / 60), unit: 'min' };
  if (seconds < 172_800) return { length: Math.round(seconds / 3600), unit: 'h' };
  return { length: Math.round(seconds / 86_400), unit: 'days' };
}

const format = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** An instant in the reader's own time and manner. */
export function instantText(instant: string): string {
  return format.format(new Date(instant));
}

const beats = new Set<() => void>();
let beat: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function listen(listener: () => void): () => void {
  beats.add(listener);
  now = Date.now();
  beat ??= setInterval(() => {
    now = Date.now();
    for (const each of beats) each();
  }, 1000);
  return () => {
    beats.delete(listener);
    if (beats.size > 0) return;
    clearInterval(beat);
    beat = undefined;
  };
}

/** Epoch milliseconds in steps of at least a second: one timer for all who want to know, and none where nobody does. */
export function useNow(stepMs = 1000): number {
  return useSyncExternalStore(listen, () => (stepMs === 1000 ? now : Math.floor(now / stepMs) * stepMs));
}
