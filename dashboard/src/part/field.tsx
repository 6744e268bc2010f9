import type { ReactNode } from 'react';

type FieldProps = {
  readonly id: string;
  readonly label: string;
  /** A short note beside the label. */
  readonly hint?: ReactNode;
  readonly issue?: string | undefined;
  readonly children: ReactNode;
};

/** A labelled input with its error. The input itself carries `describedBy(id, issue)`. */
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

/** The attributes that lead screen readers from an input to its error. */
export function describedBy(id: string, issue: string | undefined) {
  return issue === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': `${id}-issue` };
}
