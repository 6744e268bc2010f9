import { useSyncExternalStore } from 'react';

/** A duration in words, such as `1 min 5 s`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.round(hours / 24)} days`;
}

/** An instant relative to now, such as `2 min ago` or `in 7 days`. */
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

/** An instant in the reader's time zone and locale. */
export function instantText(instant: string): string {
  return format.format(new Date(instant));
}

const timeFormat = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });

const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/** The day of an instant. */
export function dayText(instant: string): string {
  return dayFormat.format(new Date(instant));
}

/** The time of day of an instant. */
export function timeText(instant: string): string {
  return timeFormat.format(new Date(instant));
}

/** How much later something happened, such as `+0.4 s`. */
export function gapText(seconds: number): string {
  return seconds < 60 ? `+${Math.max(0, seconds).toFixed(1)} s` : `+${durationText(seconds)}`;
}

/** A short duration with a tenth, such as `0.4 s`; from ten seconds on in whole ones. */
export function tenthsText(seconds: number): string {
  return seconds < 10 ? `${Math.max(0, seconds).toFixed(1)} s` : durationText(seconds);
}

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let now = Date.now();

function listen(listener: () => void): () => void {
  listeners.add(listener);
  now = Date.now();
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The current time in epoch milliseconds, in steps of at least a second. All components share one timer, which stops with the last. */
export function useNow(stepMs = 1000): number {
  return useSyncExternalStore(listen, () => (stepMs === 1000 ? now : Math.floor(now / stepMs) * stepMs));
}
