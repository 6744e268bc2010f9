import { useState } from 'react';

/** A button that copies a link to the clipboard, and says whether it could. */
export function CopyLink({ url }: { readonly url: string }) {
  const [outcome, setOutcome] = useState('');
  const copy = () => {
    navigator.clipboard.writeText(url).then(
      () => setOutcome('Copied'),
      () => setOutcome('Your browser didn’t allow it'),
    );
  };
  return (
    <>
      <button type="button" title={url} onClick={copy}>
        Copy link
      </button>
      <span role="status" className="quiet">
        {outcome}
      </span>
    </>
  );
}
