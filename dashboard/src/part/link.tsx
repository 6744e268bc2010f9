import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { addressOf, navigate } from '../route.ts';

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { readonly href: string };

/** A link within the dashboard. A plain click follows it without loading the document again; a new tab works as usual. */
export function Link({ href, onClick, ...rest }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (event.defaultPrevented || !isPlain) return;
    event.preventDefault();
    navigate(href);
  };
  return <a href={addressOf(href)} onClick={follow} {...rest} />;
}
