import { useAccount, useViewer } from '../access.ts';
import { compactText } from '../amount.ts';
import type { Viewer } from '../api/operations.ts';
import { placesOf } from '../places.ts';
import { AccountMenu } from './account-menu.tsx';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';

type HeaderProps = { readonly path: string; readonly onHelp: () => void };

/** The pages, the environment, the viewer and their credits. It is tinted where jobs cost money. */
export function Header({ path, onHelp }: HeaderProps) {
  const viewer = useViewer();
  const account = useAccount();
  return (
    <header className="header" data-environment={viewer.environment}>
      <Link className="brand" href="/" aria-label="Reelgate, start page">
        <Icon name="brand" />
        <span>Reelgate</span>
      </Link>
      <Environment environment={viewer.environment} />
      <nav aria-label="Pages">
        {placesOf(viewer).map(({ href, name, icon }) => (
          <Link key={href} href={href} aria-current={isAt(path, href) ? 'page' : undefined}>
            <Icon name={icon} />
            <span>{name}</span>
          </Link>
        ))}
      </nav>
      {account !== null && <Available credits={account.available} />}
      <AccountMenu onHelp={onHelp} />
    </header>
  );
}

/** The credits that are left. Millions are rounded down to one digit more, so that a phone has room; the title has them all. */
function Available({ credits }: { readonly credits: number }) {
  const exact = credits.toLocaleString();
  const shown = compactText(credits);
  return (
    <p className="spend" title={shown === exact ? 'Credits available' : `Credits available: ${exact}`}>
      <Icon name="coins" />{' '}
      <strong data-testid="available" aria-hidden={shown !== exact}>
        {shown}
      </strong>
      {shown !== exact && <b className="unseen">{exact}</b>} <span>credits</span>
    </p>
  );
}

/** Shows TEST or LIVE, because LIVE costs money. */
function Environment({ environment }: Pick<Viewer, 'environment'>) {
  const title = environment === 'LIVE' ? 'Jobs cost real money' : 'Jobs run on the sandbox and cost nothing';
  return (
    <span className="environment" data-environment={environment} title={title}>
      {environment}
    </span>
  );
}

function isAt(path: string, href: string): boolean {
  return path === href || (href !== '/' && path.startsWith(`${href}/`));
}
