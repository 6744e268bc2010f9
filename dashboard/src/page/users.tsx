import { useState } from 'react';
import { useViewer } from '../access.ts';
import { accountsQuery } from '../api/admin.ts';
import { Accounts } from '../part/accounts.tsx';
import { GrantForm } from '../part/grant-form.tsx';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { useTitle } from '../title.ts';

/** For admins: all users with their credits, and grants. */
export function Users() {
  useTitle('Users');
  const { environment } = useViewer();
  const [grants, setGrants] = useState(0);
  // A link with ?grant=USER fills in the user, and so does the button beside each.
  const [{ userId, turn }, setChosen] = useState({
    userId: new URLSearchParams(location.search).get('grant') ?? '',
    turn: 0,
  });
  const choose = (user: string) => {
    setChosen({ userId: user, turn: turn + 1 });
    requestAnimationFrame(() => document.getElementById('grant-credits')?.focus());
  };
  return (
    <section className="admin-page" aria-labelledby="users-title">
      <div className="head">
        <h1 id="users-title">Users</h1>
        <span className="quiet">{environment}</span>
        <GraphiqlLink document={accountsQuery} variables={{ first: 25 }} />
      </div>
      <div className="admin-columns">
        <Accounts key={grants} onGrant={choose} />
        <GrantForm key={turn} userId={userId} onGranted={() => setGrants(grants + 1)} />
      </div>
    </section>
  );
}
