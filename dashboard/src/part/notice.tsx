import type { ReactNode } from 'react';

type NoticeProps = {
  readonly tone: 'bad' | 'wait' | 'info';
  readonly title: string;
  readonly children?: ReactNode;
};

/** Something to know before going on. */
export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <div className="notice" data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** What could not be loaded, and a way to try again. */
export function ErrorNotice({ text, onRetry }: { readonly text: string; readonly onRetry: () => void }) {
  return (
    <Notice tone="bad" title={text}>
      <button type="button" onClick={onRetry}>
        Try again
      </button>
    </Notice>
  );
}

/** The place of what is not there yet. */
export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <section className="empty">
      <h1>{title}</h1>
      {children}
    </section>
  );
}

/** The shape of what is being loaded. */
export function Skeleton({ rows }: { readonly rows: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        // Rows that are all alike and never move.
        <div key={String(index)} />
      ))}
    </div>
  );
}
