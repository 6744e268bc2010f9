import { Component, type ReactNode } from 'react';
import { currentSession, signOut } from '../session.ts';
import { Notice } from './notice.tsx';

type ErrorBoundaryProps = { readonly children: ReactNode };
type ErrorBoundaryState = { readonly error: unknown };

/** Shows a way out if drawing its children throws: without it, React would leave a blank page. A new `key` starts it again. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return (
      <div className="broken">
        <Notice tone="bad" title="This page broke. That is a bug in the dashboard, and your jobs are safe.">
          <p className="long">
            <code>{String(error)}</code>
          </p>
          <div className="actions">
            <button type="button" onClick={() => location.reload()}>
              Reload the page
            </button>
            {currentSession().credential !== null && (
              <button type="button" onClick={() => signOut()}>
                Sign out
              </button>
            )}
          </div>
        </Notice>
      </div>
    );
  }
}
