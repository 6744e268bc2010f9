import { type FormEvent, useRef, useState } from 'react';
import { useMutation } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { grantCredits } from '../api/mutations.ts';
import { issueFor } from '../issue.ts';
import { FailureNotice } from './failure-notice.tsx';
import { describedBy, Field } from './field.tsx';
import { Notice } from './notice.tsx';

type GrantInput = { readonly userId: string; readonly credits: string; readonly reason: string };
const blank: GrantInput = { userId: '', credits: '', reason: '' };

const fields = [
  { name: 'userId', label: 'User' },
  { name: 'credits', label: 'Credits', hint: 'negative takes some back' },
  { name: 'reason', label: 'Reason' },
] as const;

/** Gives a user credits, or takes some back. The key changes with the input, so a second click grants nothing. */
export function GrantForm({ onGranted }: { readonly onGranted: () => void }) {
  // A link with ?grant=USER fills in the user.
  const [input, setInput] = useState({ ...blank, userId: new URLSearchParams(location.search).get('grant') ?? '' });
  const [{ data, error, fetching }, grant] = useMutation(grantCredits);
  const key = useRef(crypto.randomUUID());
  const result = data?.grantCredits;
  const failure = result?.__typename === 'GrantCreditsSuccess' ? undefined : result;
  const change = (part: Partial<GrantInput>) => {
    key.current = crypto.randomUUID();
    setInput((before) => ({ ...before, ...part }));
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (fetching) return;
    const credits = Number.isSafeInteger(Number(input.credits)) ? Number(input.credits) : 0;
    grant({ input: { userId: input.userId, credits, reason: input.reason, idempotencyKey: key.current } })
      .then((response) => {
        if (response.data?.grantCredits.__typename !== 'GrantCreditsSuccess') return;
        change(blank);
        onGranted();
      })
      .catch(reportError);
  };
  return (
    <section className="card" aria-labelledby="grant-title">
      <h2 id="grant-title">Grant credits</h2>
      <form onSubmit={send} noValidate>
        {fields.map(({ name, label, ...rest }) => {
          const issue = issueFor(failure, name, label);
          return (
            <Field key={name} id={`grant-${name}`} label={label} issue={issue} {...rest}>
              <input
                id={`grant-${name}`}
                value={input[name]}
                inputMode={name === 'credits' ? 'numeric' : 'text'}
                autoComplete="off"
                onChange={({ target }) => change({ [name]: target.value })}
                {...describedBy(`grant-${name}`, issue)}
              />
            </Field>
          );
        })}
        {result?.__typename === 'GrantCreditsSuccess' && (
          <Notice
            tone="good"
            title={`${result.account.userId} now has ${result.account.balance.toLocaleString()} credits.`}
          />
        )}
        {failure !== undefined && <FailureNotice failure={failure} />}
        {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
        <button type="submit" className="main" aria-disabled={fetching}>
          Grant
        </button>
      </form>
    </section>
  );
}
