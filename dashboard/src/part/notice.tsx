import type { ReactNode } from 'react';

type NoticeProps = {
  readonly tone: 'bad' | 'wait' | 'info' | 'good';
  readonly title: string;
  readonly children?: ReactNode;
};

/** A message that stands out: `bad` is read aloud at once. */
export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <div className="notice" data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** Says what failed to load, and loads it again on request. */
export function ErrorNotice({ text, onRetry }: { readonly text: string; readonly onRetry: () => void }) {
  return (
    <Notice tone="bad" title={text}>
      <button type="button" onClick={onRetry}>
        Try again
      </button>
    </Notice>
  );
}

/** Fills a page that has nothing else to show. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <section className="empty">
      <h1>{title}</h1>
      {children}
    </section>
  );
}

/** Takes the place of rows while they load. */
export function Skeleton({ rows }: { readonly rows: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        // These rows are all alike and never move.
        <div key={String(index)} />
      ))}
    </div>
  );
}
