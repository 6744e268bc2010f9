import type { Environment } from '../../domain/job.ts';
import { escapeHtml } from './escape.ts';
import { sampleTabs } from './samples.ts';

/** The favicon: a play mark on the brand's colour. */
export const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E" +
  "%3Crect width='16' height='16' rx='4' fill='%23b4236f'/%3E%3Cpath d='M6 4l6 4-6 4z' fill='white'/%3E%3C/svg%3E";

/**
 * GraphiQL 5 animates its tabs into place and leaves the offset in their style. On the first press a tab jumps by that offset, so the
 * pointer is released beside it and the click is lost. Without the animation a click stays a click; tabs can still be reordered.
 */
const stillTabs = '.graphiql-tabs > .graphiql-tab { transform: none !important; }';

/**
 * On a phone the response stands below the operation: beside it, there would be room for one letter a line. For the same reason the
 * documentation lies over the editor, until its button closes it.
 */
const narrow = `@media (max-width: 700px) {
  .graphiql-container #graphiql-session { flex-direction: column; min-height: 0; }
  .graphiql-container #graphiql-session > * { min-height: 0; min-width: 0; max-width: 100%; }
  .graphiql-container #graphiql-session > .graphiql-horizontal-drag-bar { display: none; }
  .graphiql-container .graphiql-logo { flex: none; }
  .graphiql-container .graphiql-logo .where { display: none; }
  .graphiql-container .graphiql-main { position: relative; }
  .graphiql-container .graphiql-plugin:not([style*='absolute']) {
    position: absolute; inset: 0; z-index: 10; max-width: none; background: hsl(var(--color-base));
  }
}`;

/** Reelgate's mark and the way back to the dashboard, at the end of the row of tabs. */
const heading = `.graphiql-container .graphiql-logo { white-space: nowrap; }
.graphiql-container .graphiql-logo > div > div { width: auto !important; padding-inline-end: 8px; }
.graphiql-container .graphiql-logo img { width: 26px; height: 26px; }
.graphiql-container .graphiql-logo .where { padding-inline-end: 12px; }
.graphiql-container .graphiql-logo a { padding: 8px 0; color: hsl(var(--color-neutral)); }`;

/** GraphiQL's page, below the path `base`. It carries the settings of this installation as data, which the start script reads. */
export function graphiqlPage(environment: Environment | null, base: string): string {
  const title = environment === null ? 'Reelgate' : `Reelgate · ${environment}`;
  const root = escapeHtml(base);
  const options = {
    title,
    base,
    needsToken: environment === null,
    // As HTML, which GraphiQL takes for both.
    logo: `<img src="${icon}" alt="">`,
    heading: `<span class="where">${title}</span><a href="${root}/">Dashboard</a>`,
    tabs: sampleTabs(environment),
  };
  // "<" could close the script element early.
  const json = JSON.stringify(options).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${title} · GraphiQL</title>
    <link rel="icon" href="${icon}">
    <link rel="stylesheet" href="${root}/graphiql/graphiql.css">
    <style>${stillTabs}
${heading}
${narrow}</style>
  </head>
  <body class="no-focus-outline">
    <noscript>GraphiQL needs JavaScript. Programs reach the API at this address by POST.</noscript>
    <div id="root"></div>
    <script type="application/json" id="options">${json}</script>
    <script src="${root}/graphiql/graphiql.js"></script>
    <script src="${root}/graphiql/start.js"></script>
  </body>
</html>
`;
}
