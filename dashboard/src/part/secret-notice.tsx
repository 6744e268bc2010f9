import { CopyButton } from './copy-button.tsx';
import { Notice } from './notice.tsx';

/** The secret of an endpoint, at the only time at which it can be shown. */
export function SecretNotice({ secret }: { readonly secret: string }) {
  return (
    <Notice tone="good" title="Copy the secret now: it is shown only once.">
      <p>Your receiver verifies signatures with it.</p>
      <p className="secret">
        <code>{secret}</code>
      </p>
      <CopyButton className="small" name="Copy secret" text={secret} />
    </Notice>
  );
}
