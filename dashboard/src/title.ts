import { useEffect } from 'react';

let page = 'Reelgate';
let news = '';

function write(): void {
  document.title = news + page;
}

/** Sets the title of the browser tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    page = `${title} · Reelgate`;
    write();
  }, [title]);
}

/** Puts news before the title, such as `✓ Ready: …`; '' takes them away. */
export function announceInTitle(text: string): void {
  news = text;
  write();
}
