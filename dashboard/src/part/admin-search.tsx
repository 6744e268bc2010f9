import { type FormEvent, useState } from 'react';
import { useClient } from 'urql';
import { sentenceOf } from '../api/client.ts';
import { supportJobQuery, supportJobsQuery, supportUserQuery } from '../api/support.ts';
import { adminJobPath, adminUserPath, navigate } from '../route.ts';
import { Notice } from './notice.tsx';

type Client = ReturnType<typeof useClient>;

/** Finds a job or a user by whatever a customer's complaint names. */
export function AdminSearch() {
  const client = useClient();
  const [text, setText] = useState('');
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isSearching, setSearching] = useState(false);
  const search = async () => {
    setSearching(true);
    const found = await pathOf(client, text.trim()).finally(() => setSearching(false));
    if ('path' in found) navigate(found.path);
    else setTrouble(found.trouble);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTrouble(null);
    if (text.trim() !== '' && !isSearching) search().catch(reportError);
  };
  return (
    <search className="card admin-search">
      <form onSubmit={submit}>
        <label htmlFor="admin-search">Find a job or a user</label>
        <div className="together">
          <input
            id="admin-search"
            type="search"
            value={text}
            maxLength={255}
            autoComplete="off"
            spellCheck={false}
            placeholder="Job ID, provider ID, reference or user ID"
            onChange={({ target }) => setText(target.value)}
          />
          <button type="submit" className="main" aria-disabled={isSearching}>
            Find
          </button>
        </div>
      </form>
      {trouble !== null && <Notice tone="info" title={trouble} />}
    </search>
  );
}

type Found = { readonly path: string } | { readonly trouble: string };

/** Where a search leads: to a job by its id, to a user, to a job by the provider's id, or to the jobs of a reference. */
async function pathOf(client: Client, text: string): Promise<Found> {
  const fresh = { requestPolicy: 'network-only' } as const;
  const byId = await client.query(supportJobQuery, { id: text }, fresh).toPromise();
  if (byId.error !== undefined) return { trouble: sentenceOf(byId.error) };
  const job = byId.data?.operations?.job;
  if (job) return { path: adminJobPath(job.jobId) };
  const user = await client.query(supportUserQuery, { userIdPrefix: text, userId: text }, fresh).toPromise();
  if (user.data?.operations?.accounts?.nodes[0]?.userId === text) return { path: adminUserPath(text) };
  const byRequest = await client.query(supportJobQuery, { providerRequestId: text }, fresh).toPromise();
  const other = byRequest.data?.operations?.job;
  if (other) return { path: adminJobPath(other.jobId) };
  const variables = { filter: { externalId: text }, first: 2, after: null };
  const listed = await client.query(supportJobsQuery, variables, fresh).toPromise();
  const [first, second] = listed.data?.operations?.jobs.nodes ?? [];
  if (first === undefined) return { trouble: `Nothing here is called “${text}”.` };
  return { path: second === undefined ? adminJobPath(first.jobId) : `/admin?reference=${encodeURIComponent(text)}` };
}
