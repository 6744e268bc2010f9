import type { Client } from '@urql/core';
import { type FormEvent, useRef, useState } from 'react';
import { useClient, useMutation } from 'urql';
import { accountsQuery } from '../api/admin.ts';
import { sentenceOf } from '../api/client.ts';
import { grantCredits } from '../api/mutations.ts';
import { issueFor } from '../issue.ts';
import { randomKey } from '../random-key.ts';
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

type GrantFormProps = { readonly userId: string; readonly onGranted: () => void };

/**
 * Gives a user credits, or takes some back. It asks before it opens an account for a name that may be mistyped.
 * The key changes with the input, so a second click grants nothing.
 */
export function GrantForm({ userId, onGranted }: GrantFormProps) {
  const client = useClient();
  const [input, setInput] = useState({ ...blank, userId });
  const [unknown, setUnknown] = useState<string | null>(null);
  const [{ data, error, fetching }, grant] = useMutation(grantCredits);
  const key = useRef(randomKey());
  const result = data?.grantCredits;
  const failure = result?.__typename === 'GrantCreditsSuccess' ? undefined : result;
  const change = (part: Partial<GrantInput>) => {
    key.current = randomKey();
    setInput((before) => ({ ...before, ...part }));
  };
  const send = async () => {
    const credits = Number.isSafeInteger(Number(input.credits)) ? Number(input.credits) : 0;
    const isNew = input.userId !== '' && credits !== 0 && !(await isKnown(client, input.userId));
    if (isNew && unknown !== input.userId) return setUnknown(input.userId);
    const { reason } = input;
    const { data: response } = await grant({
      input: { userId: input.userId, credits, reason, idempotencyKey: key.current },
    });
    if (response?.grantCredits.__typename !== 'GrantCreditsSuccess') return;
    change(blank);
    onGranted();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!fetching) send().catch(reportError);
  };
  const isUnknown = unknown !== null && unknown === input.userId;
  return (
    <section className="card" aria-labelledby="grant-title">
      <h2 id="grant-title">Grant credits</h2>
      <form onSubmit={submit} noValidate>
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
          >
            {result.created && <p>This is a new user.</p>}
          </Notice>
        )}
        {isUnknown && (
          <Notice tone="wait" title={`Nobody here is called ${unknown}`}>
            <p>Check the name. Granting opens a new account for it.</p>
          </Notice>
        )}
        {failure !== undefined && <FailureNotice failure={failure} />}
        {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
        <button type="submit" className="main" aria-disabled={fetching}>
          {isUnknown ? 'Grant to a new user' : 'Grant'}
        </button>
      </form>
    </section>
  );
}

/** Whether the gateway has seen a user. */
async function isKnown(client: Client, userId: string): Promise<boolean> {
  const variables = { first: 1, after: null, userIdPrefix: userId };
  const { data } = await client.query(accountsQuery, variables, { requestPolicy: 'network-only' }).toPromise();
  // The first of those that start with this name is the name itself, if there is one. Without a response, nobody can say.
  return data?.operations?.accounts?.nodes[0]?.userId === userId || !data?.operations;
}
