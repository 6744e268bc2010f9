import type { Viewer } from '../api/operations.ts';
import { currentSession, signOut } from '../session.ts';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';

type HeaderProps = { readonly viewer: Viewer; readonly path: string; readonly onHelp: () => void };

const places = [
  { href: '/', name: 'Create', icon: 'plus' },
  { href: '/jobs', name: 'Watch', icon: 'list' },
  { href: '/credits', name: 'Credits', icon: 'coins' },
] as const;
const adminPlace = { href: '/admin', name: 'Admin', icon: 'gauge' } as const;

/** Where one is and can go, who one is, and what one can spend. */
export function Header({ viewer, path, onHelp }: HeaderProps) {
  const { account, environment, roles, userId } = viewer;
  const all = roles.includes('admin') ? [...places, adminPlace] : places;
  return (
    <header className="header">
      <Link className="brand" href="/" aria-label="Reelgate, to the start">
        <Icon name="brand" />
        <span>Reelgate</span>
      </Link>
      <Environment environment={environment} />
      <nav aria-label="Pages">
        {all.map(({ href, name, icon }) => (
          <Link key={href} href={href} aria-current={isAt(path, href) ? 'page' : undefined}>
            <Icon name={icon} />
            <span>{name}</span>
          </Link>
        ))}
      </nav>
      <p className="spend">
        <strong data-testid="available">{account.available.toLocaleString()}</strong> <span>credits</span>
      </p>
      <div className="who">
        <span title={`Signed in as ${userId}`}>{userId}</span>
        <button type="button" className="plain" onClick={onHelp} aria-label="Keyboard shortcuts">
          ?
        </button>
        {currentSession().credential !== null && (
          <button type="button" className="plain" onClick={() => signOut()}>
            Sign out
          </button>
        )}
      </div>
    </header>
  );
}

/** TEST or LIVE, plain to see: LIVE costs money. */
function Environment({ environment }: Pick<Viewer, 'environment'>) {
  const says = environment === 'LIVE' ? 'Jobs cost real money' : 'Jobs run on the sandbox and cost nothing';
  return (
    <span className="environment" data-environment={environment} title={says}>
      {environment}
    </span>
  );
}

function isAt(path: string, href: string): boolean {
  return path === href || (href !== '/' && path.startsWith(`${href}/`));
}
