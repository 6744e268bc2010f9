import { type FormEvent, useRef, useState } from 'react';
import { useMutation } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { grantCredits } from '../api/mutations.ts';
import { FailureNotice } from './failure-notice.tsx';
import { describedBy, Field } from './field.tsx';
import { Notice } from './notice.tsx';

const blank = { userId: '', credits: '', reason: '' };
type Wish = typeof blank;

const fields = [
  { name: 'userId', label: 'User' },
  { name: 'credits', label: 'Credits', hint: 'negative takes back' },
  { name: 'reason', label: 'Reason' },
] as const;

/** Gives a user credits, or takes some back. One wish has one key, so that a second click books nothing. */
export function GrantForm() {
  const [wish, setWish] = useState(blank);
  const [{ data, error, fetching }, grant] = useMutation(grantCredits);
  const key = useRef(crypto.randomUUID());
  const result = data?.grantCredits;
  const change = (part: Partial<Wish>) => {
    key.current = crypto.randomUUID();
    setWish((before) => ({ ...before, ...part }));
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (fetching) return;
    const credits = Number.isSafeInteger(Number(wish.credits)) ? Number(wish.credits) : 0;
    grant({ input: { userId: wish.userId, credits, reason: wish.reason, idempotencyKey: key.current } })
      .then((answer) => {
        if (answer.data?.grantCredits.__typename === 'GrantCreditsSuccess') change(blank);
      })
      .catch(reportError);
  };
  const issueOf = (name: string) =>
    result?.__typename === 'InvalidInputError'
      ? result.issues.find(({ path }) => path[0] === name)?.message
      : undefined;
  return (
    <section className="card" aria-labelledby="grant-title">
      <h2 id="grant-title">Grant credits</h2>
      <form onSubmit={send} noValidate>
        {fields.map(({ name, label, ...rest }) => (
          <Field key={name} id={`grant-${name}`} label={label} issue={issueOf(name)} {...rest}>
            <input
              id={`grant-${name}`}
              value={wish[name]}
              inputMode={name === 'credits' ? 'numeric' : 'text'}
              autoComplete="off"
              onChange={({ target }) => change({ [name]: target.value })}
              {...describedBy(`grant-${name}`, issueOf(name))}
            />
          </Field>
        ))}
        {result?.__typename === 'GrantCreditsSuccess' && (
          <Notice
            tone="info"
            title={`${result.account.userId} now has ${result.account.balance.toLocaleString()} credits.`}
          />
        )}
        {result !== undefined && result.__typename !== 'GrantCreditsSuccess' && <FailureNotice failure={result} />}
        {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
        <button type="submit" className="main" aria-disabled={fetching}>
          Grant
        </button>
      </form>
    </section>
  );
}
