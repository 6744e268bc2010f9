import { useCopy } from '../clipboard.ts';
import { Icon } from './icon.tsx';

/** An id that a click copies. `shown`: its short form, if there is one. */
export function CopyId({ id, shown = id }: { readonly id: string; readonly shown?: string }) {
  const { outcome, copy } = useCopy(id);
  return (
    <>
      <button
        type="button"
        className="copy-id"
        title={outcome ?? 'Copy'}
        onClick={() => void copy().catch(reportError)}
      >
        <code>{shown}</code>
        <Icon name={outcome === 'Copied' ? 'check' : 'copy'} />
      </button>
      <span role="status" className="unseen">
        {outcome}
      </span>
    </>
  );
}
