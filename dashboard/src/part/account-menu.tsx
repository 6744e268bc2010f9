import { useRef } from 'react';
import { useViewer } from '../access.ts';
import { wantsNotifications } from '../done.ts';
import { scopeWords } from '../places.ts';
import { prefer, usePreference } from '../preference.ts';
import { addressOf } from '../route.ts';
import { currentSession, signOut, withSession } from '../session.ts';
import { chooseTheme, themeOf, themes } from '../theme.ts';
import { Icon } from './icon.tsx';

const themeNames = { system: 'System', light: 'Light', dark: 'Dark' } as const;

const places = [
  { href: '/docs', name: 'Documentation', icon: 'book' },
  { href: '/graphql', name: 'GraphiQL', icon: 'code' },
  { href: '/schema.graphql', name: 'Schema', icon: 'list' },
] as const;

/** The menu of the account: who is signed in and with which scopes, the theme, notifications, documentation, and the way out. */
export function AccountMenu({ onHelp }: { readonly onHelp: () => void }) {
  const { userId, environment, scopes } = useViewer();
  const menu = useRef<HTMLDivElement>(null);
  const theme = themeOf(usePreference('theme'));
  const help = () => {
    menu.current?.hidePopover();
    onHelp();
  };
  const words = scopes.map((scope) => (scope === 'ADMIN' ? 'admin' : scopeWords[scope].name));
  return (
    <>
      <button type="button" className="account" popoverTarget="account-menu">
        <span className="unseen">Account of </span>
        <span className="initial" aria-hidden="true">
          {[...userId][0]}
        </span>
        <span className="name" title={`Signed in as ${userId}`}>
          {userId}
        </span>
      </button>
      <div ref={menu} id="account-menu" className="menu" popover="auto" role="dialog" aria-label="Account">
        <div className="who">
          <strong>Signed in as {userId}</strong>
          <p className="quiet">
            {environment}: {words.join(', ')}
          </p>
        </div>
        <div>
          <fieldset className="choices" aria-label="Theme">
            {themes.map((each) => (
              <label key={each}>
                <input type="radio" name="theme" checked={each === theme} onChange={() => chooseTheme(each)} />
                {themeNames[each]}
              </label>
            ))}
          </fieldset>
        </div>
        <Notifications />
        <div className="links">
          {places.map(({ href, name, icon }) => (
            <a key={href} href={addressOf(href)} target="_blank" rel={href === '/graphql' ? withSession : 'noopener'}>
              <Icon name={icon} />
              {name}
            </a>
          ))}
          <button type="button" onClick={help}>
            <Icon name="keyboard" />
            Keyboard shortcuts
          </button>
          {currentSession().credential !== null && (
            <button type="button" className="sign-out" onClick={() => signOut()}>
              <Icon name="leave" />
              Sign out
            </button>
          )}
        </div>
      </div>
    </>
  );
}

/** Turns on notifications. The browser asks its user only now, because they want something. */
function Notifications() {
  usePreference('notify');
  if (!('Notification' in globalThis)) return null;
  const isBlocked = Notification.permission === 'denied';
  const change = async (isWanted: boolean) => {
    const isWantedAndAllowed =
      isWanted && (Notification.permission === 'granted' || (await Notification.requestPermission()) === 'granted');
    prefer('notify', isWantedAndAllowed ? 'on' : null);
  };
  return (
    <label className="switch">
      <input
        type="checkbox"
        checked={wantsNotifications()}
        disabled={isBlocked}
        onChange={({ target }) => void change(target.checked).catch(reportError)}
      />
      <span>{isBlocked ? 'Your browser blocks notifications' : 'Notify me when a video is done'}</span>
    </label>
  );
}
