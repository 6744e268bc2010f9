import type { ReactNode } from 'react';

type FieldProps = {
  readonly id: string;
  readonly label: string;
  /** What stands behind the label. */
  readonly hint?: ReactNode;
  readonly issue?: string | undefined;
  readonly children: ReactNode;
};

/** A labelled input with what is wrong with it. The input itself carries `describedBy(id, issue)`. */
export function Field({ id, label, hint, issue, children }: FieldProps) {
  return (
    <div className="field" data-bad={issue !== undefined}>
      <div className="field-head">
        <label htmlFor={id}>{label}</label>
        {hint !== undefined && <span className="quiet">{hint}</span>}
      </div>
      {children}
      {issue !== undefined && (
        <p className="issue" id={`${id}-issue`}>
          {issue}
        </p>
      )}
    </div>
  );
}

/** What tells assistive technology that an input is wrong, and why. */
export function describedBy(id: string, issue: string | undefined) {
  return issue === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': `${id}-issue` };
}
