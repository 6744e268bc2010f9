import { useCopy } from '../clipboard.ts';
import { Icon } from './icon.tsx';

type CopyButtonProps = {
  readonly text: string;
  readonly name: string;
  readonly className?: string;
  readonly onCopied?: () => void;
};

/** A button that copies a text to the clipboard, and says whether it could. */
export function CopyButton({ text, name, className, onCopied }: CopyButtonProps) {
  const { outcome, copy } = useCopy(text);
  const press = async () => {
    if (await copy()) onCopied?.();
  };
  return (
    <>
      <button
        type="button"
        className={className}
        title={text.length < 200 ? text : undefined}
        onClick={() => void press().catch(reportError)}
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
