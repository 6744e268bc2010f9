import { useRef, useState } from 'react';
import { useMutation } from 'urql';
import type { ApiKey } from '../api/admin.ts';
import { sentenceOf } from '../api/client.ts';
import { revokeApiKey } from '../api/mutations.ts';
import { scopeWords } from '../places.ts';
import { dayText, instantText, relativeText, useNow } from '../time.ts';
import { CopyId } from './copy-id.tsx';
import { Notice } from './notice.tsx';

type KeyTableProps = { readonly keys: readonly ApiKey[]; readonly onRevoked: () => void };

const columns = ['Key', 'User', 'May', 'State', 'Last used', 'Created'] as const;

/** API keys with their state; those in use can be revoked, after a dialog. */
export function KeyTable({ keys, onRevoked }: KeyTableProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [chosen, choose] = useState<ApiKey | null>(null);
  const [{ error, fetching }, revoke] = useMutation(revokeApiKey);
  const now = useNow(10_000);
  const ask = (key: ApiKey) => {
    choose(key);
    dialog.current?.showModal();
  };
  const confirm = async () => {
    if (chosen === null || fetching) return;
    const { data } = await revoke({ id: chosen.id });
    if (data === undefined) return;
    dialog.current?.close();
    onRevoked();
  };
  return (
    <div className="wide">
      <table className="keys">
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            <th scope="col">
              <span className="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <tr key={key.id} data-state={stateOf(key, now)}>
              <td>
                <CopyId id={key.name} shown={`${key.name.slice(0, 16)}…`} />
                {key.label !== null && <span className="until">{key.label}</span>}
              </td>
              <td>{key.userId}</td>
              <td className="wraps">
                {key.scopes.map((scope) => (scope === 'ADMIN' ? 'admin' : scopeWords[scope].name)).join(', ')}
              </td>
              <td>
                <span className="badge" data-status={stateOf(key, now) === 'Active' ? 'on' : 'off'}>
                  {stateOf(key, now)}
                </span>
                {key.expiresAt !== null && <span className="until quiet">until {dayText(key.expiresAt)}</span>}
              </td>
              <td className="quiet">{key.lastUsedAt === null ? 'never' : agoText(key.lastUsedAt, now)}</td>
              <td className="quiet" title={instantText(key.createdAt)}>
                {agoText(key.createdAt, now)}
              </td>
              <td>
                {stateOf(key, now) === 'Active' && (
                  <button type="button" className="small danger" aria-haspopup="dialog" onClick={() => ask(key)}>
                    Revoke …
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <dialog ref={dialog} aria-labelledby="revoke-title">
        <h2 id="revoke-title">Revoke this key of {chosen?.userId}?</h2>
        <div>
          <p>
            Programs that use <code>{chosen?.name.slice(0, 16)}…</code> are refused from now on. That cannot be undone.
          </p>
        </div>
        {error !== undefined && <Notice tone="bad" title={sentenceOf(error)} />}
        <div className="actions">
          <button type="button" onClick={() => dialog.current?.close()}>
            Keep the key
          </button>
          <button type="button" className="danger main" onClick={() => void confirm().catch(reportError)}>
            Revoke for good
          </button>
        </div>
      </dialog>
    </div>
  );
}

function agoText(instant: string, now: number): string {
  return relativeText(Math.min(now, Date.parse(instant)), now);
}

function stateOf({ revokedAt, expiresAt }: ApiKey, now: number): 'Active' | 'Revoked' | 'Expired' {
  if (revokedAt !== null) return 'Revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= now ? 'Expired' : 'Active';
}
