import { type FormEvent, useState } from 'react';
import { useMutation } from 'urql';
import { type Scope, useViewer } from '../access.ts';
import { sentenceOf } from '../api/client.ts';
import { createApiKey } from '../api/mutations.ts';
import { issueFor } from '../issue.ts';
import { scopeWords } from '../places.ts';
import { addressOf } from '../route.ts';
import { CopyButton } from './copy-button.tsx';
import { FailureNotice } from './failure-notice.tsx';
import { describedBy, Field } from './field.tsx';
import { Notice } from './notice.tsx';

type KeyFormProps = { readonly onCreated: () => void };

const scopes: readonly { readonly scope: Scope; readonly name: string; readonly action: string }[] = [
  ...(['JOBS_WRITE', 'JOBS_READ', 'CREDITS_READ', 'WEBHOOKS_WRITE'] as const).map((scope) => ({
    scope,
    ...scopeWords[scope],
  })),
  { scope: 'ADMIN', name: 'admin', action: 'do everything' },
];

const lives = [
  { name: 'Never', days: null },
  { name: 'In 30 days', days: 30 },
  { name: 'In 90 days', days: 90 },
  { name: 'In a year', days: 365 },
] as const;

const dayMs = 86_400_000;

/** Makes an API key and shows its secret, once. */
export function KeyForm({ onCreated }: KeyFormProps) {
  const viewer = useViewer();
  const [userId, setUserId] = useState(viewer.userId);
  const [label, setLabel] = useState('');
  const [chosen, choose] = useState<readonly Scope[]>(['JOBS_READ', 'JOBS_WRITE', 'CREDITS_READ']);
  const [life, setLife] = useState<string>('Never');
  const [{ data, error, fetching }, create] = useMutation(createApiKey);
  const result = data?.createApiKey;
  const failure = result?.__typename === 'CreateApiKeySuccess' ? undefined : result;
  const issue = issueFor(failure, 'userId', 'User');
  const labelIssue = issueFor(failure, 'label', 'Label');
  const send = async () => {
    const days = lives.find(({ name }) => name === life)?.days ?? null;
    const expiresAt = days === null ? null : new Date(Date.now() + days * dayMs).toISOString();
    const response = await create({
      input: { userId, scopes: [...chosen], expiresAt, label: label.trim() === '' ? null : label },
    });
    if (response.data?.createApiKey.__typename === 'CreateApiKeySuccess') onCreated();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!fetching) send().catch(reportError);
  };
  const toggle = (scope: Scope, isOn: boolean) =>
    choose((before) => (isOn ? [...before, scope] : before.filter((each) => each !== scope)));
  return (
    <section className="card" aria-labelledby="key-form-title">
      <h2 id="key-form-title">New key</h2>
      <form onSubmit={submit} noValidate>
        <Field id="key-user" label="User" issue={issue}>
          <input
            id="key-user"
            value={userId}
            autoComplete="off"
            onChange={({ target }) => setUserId(target.value)}
            {...describedBy('key-user', issue)}
          />
        </Field>
        <Field id="key-label" label="Label" issue={labelIssue}>
          <input
            id="key-label"
            value={label}
            autoComplete="off"
            placeholder="What it is for"
            onChange={({ target }) => setLabel(target.value)}
            {...describedBy('key-label', labelIssue)}
          />
        </Field>
        <fieldset className="checks">
          <legend>May</legend>
          {scopes.map(({ scope, name, action }) => (
            <label key={scope}>
              <input
                type="checkbox"
                checked={chosen.includes(scope)}
                onChange={({ target }) => toggle(scope, target.checked)}
              />
              {action} <code className="quiet">{name}</code>
            </label>
          ))}
        </fieldset>
        <Field id="key-life" label="Expires">
          <select id="key-life" value={life} onChange={({ target }) => setLife(target.value)}>
            {lives.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </Field>
        {failure !== undefined && <FailureNotice failure={failure} />}
        {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
        <button type="submit" className="main" aria-disabled={fetching}>
          Create key
        </button>
      </form>
      {result?.__typename === 'CreateApiKeySuccess' && (
        <Notice tone="good" title="Copy the key now: it is shown only once.">
          <p className="secret">
            <code>{result.secret}</code>
          </p>
          <CopyButton className="small" name="Copy key" text={result.secret} />
        </Notice>
      )}
      <p className="quiet">
        <a href={addressOf('/docs/security')} target="_blank" rel="noopener">
          What keys may do
        </a>
      </p>
    </section>
  );
}
