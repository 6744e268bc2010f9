import { createHash } from 'node:crypto';
import { escapeHtml } from './escape.ts';
import { icon } from './graphiql-page.ts';
import { style } from './style.ts';

/** What a page shows. `root`: the path to the gateway's root, such as `/reelgate/`. `body` is HTML; `title` is text. */
export type PageContent = { readonly title: string; readonly root: string; readonly body: string };

const hash = createHash('sha256').update(style).digest('base64');

/** Allows the page's own style and pictures of this server, and no script at all. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${hash}'`,
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A page without scripts, with links to the others. */
export function pageOf({ title, root, body }: PageContent): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escapeHtml(title)} · Reelgate</title>
    <link rel="icon" href="${icon}">
    <style>${style}</style>
  </head>
  <body>
    <a class="skip" href="#main">Skip to the content</a>
    <header class="top">
      <strong><a href="${root}"><img class="mark" src="${icon}" alt="">Reelgate</a></strong>
      <nav aria-label="Reelgate">${linksOf(root)}</nav>
    </header>
${body}
  </body>
</html>
`;
}

/** Links to the pages of the gateway. `root` as in PageContent; `wrap` puts each into HTML of its own. */
export function linksOf(root: string, wrap: (link: string) => string = (link) => link): string {
  const places = [
    ['', 'Dashboard'],
    ['graphql', 'GraphiQL'],
    ['docs', 'Docs'],
    ['schema.graphql', 'Schema'],
  ];
  return places.map(([path, name]) => wrap(`<a href="${root}${path}">${name}</a>`)).join('');
}
