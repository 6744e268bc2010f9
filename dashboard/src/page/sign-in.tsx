import { type FormEvent, useState } from 'react';
import { Field } from '../part/field.tsx';
import { Icon } from '../part/icon.tsx';
import { Notice } from '../part/notice.tsx';
import { signIn } from '../session.ts';
import { useTitle } from '../title.ts';

/** Asks for a token or an API key. `notice`: why the previous one is refused, or the gateway's own sentence. */
export function SignIn({ notice }: { readonly notice: string | null }) {
  useTitle('Sign in');
  const [credential, setCredential] = useState('');
  const send = (event: FormEvent) => {
    event.preventDefault();
    const plain = credential.trim().replace(/^bearer\s+/i, '');
    if (plain !== '') signIn(plain);
  };
  return (
    <main className="gate sign-in">
      <form className="card" onSubmit={send}>
        <p className="brand">
          <Icon name="brand" />
          <span>Reelgate</span>
        </p>
        <h1>Sign in</h1>
        {notice !== null && <Notice tone="bad" title={notice} />}
        <Field id="credential" label="Token or API key">
          <input
            id="credential"
            type="password"
            value={credential}
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => setCredential(target.value)}
          />
        </Field>
        <p className="quiet">It stays in this tab and is forgotten when you close it.</p>
        <button type="submit" className="main">
          Sign in
        </button>
      </form>
    </main>
  );
}
