import { useEffect, useRef } from 'react';
import { CopyButton } from './copy-button.tsx';
import { Notice } from './notice.tsx';

/** The secret of an endpoint, at the only time at which it can be shown. It scrolls into view. */
export function SecretNotice({ secret }: { readonly secret: string }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Newer browsers return a promise here, which React would take for a cleanup.
    void place.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <div ref={place} className="shown-once">
      <Notice tone="good" title="Copy the secret now: it is shown only once.">
        <p>Your receiver verifies signatures with it.</p>
        <p className="secret">
          <code>{secret}</code>
        </p>
        <CopyButton className="small" name="Copy secret" text={secret} />
      </Notice>
    </div>
  );
}
