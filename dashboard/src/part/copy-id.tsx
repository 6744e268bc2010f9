import { useState } from 'react';

/** An id that a click copies. */
export function CopyId({ id }: { readonly id: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    navigator.clipboard.writeText(id).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <button type="button" className="copy-id" title={isCopied ? 'Copied' : 'Copy'} onClick={copy}>
      <code>{id}</code>
    </button>
  );
}
