import { useState } from 'react';
import { Icon } from './icon.tsx';

type CopyButtonProps = {
  readonly text: string;
  readonly name: string;
  readonly className?: string;
  readonly onCopied?: () => void;
};

const shownMs = 2000;

/** A button that copies a text to the clipboard, and says whether it could. */
export function CopyButton({ text, name, className, onCopied }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<string | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setOutcome('Copied');
      onCopied?.();
    } catch {
      setOutcome('Your browser didn’t allow it');
    }
    setTimeout(() => setOutcome(null), shownMs);
  };
  return (
    <>
      <button
        type="button"
        className={className}
        title={text.length < 200 ? text : undefined}
        onClick={() => void copy().catch(reportError)}
      >
        <Icon name={outcome === 'Copied' ? 'check' : 'copy'} />
        {outcome ?? name}
      </button>
      <span role="status" className="unseen">
        {outcome}
      </span>
    </>
  );
}
