import { useState } from 'react';
import { Icon } from './icon.tsx';

/** An id that a click copies. `shown`: its short form, if there is one. */
export function CopyId({ id, shown = id }: { readonly id: string; readonly shown?: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    navigator.clipboard.writeText(id).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <button type="button" className="copy-id" title={isCopied ? 'Copied' : 'Copy'} onClick={copy}>
      <code>{shown}</code>
      <Icon name={isCopied ? 'check' : 'copy'} />
    </button>
  );
}
