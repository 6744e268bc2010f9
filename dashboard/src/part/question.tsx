import { type ReactNode, type RefObject, useId } from 'react';

type QuestionProps = {
  /** `showModal` of this element asks. */
  readonly dialog: RefObject<HTMLDialogElement | null>;
  readonly title: string;
  /** What happens. */
  readonly children: ReactNode;
  /** The name of the button that changes nothing. */
  readonly stay: string;
  /** The button that does it. */
  readonly action: ReactNode;
};

/** A dialog that asks before it does something. The first button has the focus, so Enter alone changes nothing. */
export function Question({ dialog, title, children, stay, action }: QuestionProps) {
  const id = useId();
  return (
    <dialog ref={dialog} aria-labelledby={`${id}-title`} aria-describedby={`${id}-text`}>
      <h2 id={`${id}-title`}>{title}</h2>
      <div id={`${id}-text`}>{children}</div>
      <div className="actions">
        <button type="button" onClick={() => dialog.current?.close()}>
          {stay}
        </button>
        {action}
      </div>
    </dialog>
  );
}
