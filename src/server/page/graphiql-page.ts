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
  .graphiql-container .graphiql-logo { display: none; }
  .graphiql-container .graphiql-main { position: relative; }
  .graphiql-container .graphiql-plugin:not([style*='absolute']) {
    position: absolute; inset: 0; z-index: 10; max-width: none; background: hsl(var(--color-base));
  }
}`;

/** GraphiQL's page, below the path `base`. It carries the settings of this installation as data, which the start script reads. */
export function graphiqlPage(environment: Environment | null, base: string): string {
  const title = environment === null ? 'Reelgate' : `Reelgate · ${environment}`;
  const options = { title, base, needsToken: environment === null, tabs: sampleTabs(environment) };
  const root = escapeHtml(base);
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

/**
 * The script of the page. Queries and mutations go by POST. Each subscription opens a WebSocket (graphql-transport-ws) and sends the
 * headers of the editor in connection_init, because a browser cannot set headers on a socket.
 */
export const startScript = `'use strict';

const { title, base, needsToken, tabs } = JSON.parse(document.getElementById('options').textContent);

self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_, label) => base + '/graphiql/' + label + '.js' };

// A link can bring an operation behind the #, which no server sees. It opens in a tab and runs only on request.
const linked = new URLSearchParams(location.hash.slice(1));
const brought = linked.has('query') ? { query: linked.get('query'), variables: linked.get('variables') ?? '' } : null;
if (brought !== null) history.replaceState(null, '', location.pathname + location.search);

// A tab that the dashboard has opened has a copy of its session. What stands in the editor of headers goes before.
const credential = sessionStorage.getItem(base === '' ? 'reelgate.credential' : 'reelgate:' + base + ':credential');
const session = credential === null ? {} : { authorization: 'Bearer ' + credential };

async function overHttp(params, headers) {
  const accept = 'application/graphql-response+json, application/json';
  const response = await fetch(base + '/graphql', {
    method: 'POST',
    headers: { accept, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(params),
  });
  return response.json();
}

function overWebSocket(params, headers) {
  return {
    subscribe(observer) {
      const socket = new WebSocket(location.origin.replace('http', 'ws') + base + '/graphql', 'graphql-transport-ws');
      const send = (message) => socket.send(JSON.stringify(message));
      let over = false;
      const end = () => {
        over = true;
        socket.close(1000);
      };
      socket.onopen = () => send({ type: 'connection_init', payload: headers });
      socket.onmessage = ({ data }) => {
        const { type, payload } = JSON.parse(data);
        if (type === 'connection_ack') send({ id: '1', type: 'subscribe', payload: params });
        else if (type === 'ping') send({ type: 'pong' });
        else if (type === 'next') observer.next(payload);
        else if (type === 'error' || type === 'complete') {
          if (type === 'error') observer.next({ errors: payload });
          end();
          observer.complete();
        }
      };
      socket.onclose = ({ code, reason }) => {
        if (!over) observer.error({ message: 'The WebSocket closed: ' + code + ' ' + reason });
      };
      return { unsubscribe: end };
    },
  };
}

// Gateways below other paths of the origin have the same storage, and tabs and headers of their own.
const ownKey = (key) => 'reelgate:' + base + ':' + key;
const ownKeys = () => Object.keys(localStorage).filter((key) => key.startsWith(ownKey('graphiql:')));
const ownStorage = {
  getItem: (key) => localStorage.getItem(ownKey(key)),
  setItem: (key, value) => localStorage.setItem(ownKey(key), value),
  removeItem: (key) => localStorage.removeItem(ownKey(key)),
  clear: () => ownKeys().forEach((key) => localStorage.removeItem(key)),
  get length() {
    return ownKeys().length;
  },
};

function isSubscription(document, operationName) {
  const operations = document?.definitions.filter(({ kind }) => kind === 'OperationDefinition') ?? [];
  const named = operations.find(({ name }) => name?.value === operationName) ?? operations[0];
  return named?.operation === 'subscription';
}

YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
  title,
  ...(base === '' ? {} : { storage: ownStorage }),
  defaultTabs: brought === null ? tabs : [brought, ...tabs],
  ...brought,
  defaultEditorToolsVisibility: needsToken && credential === null && 'headers',
  fetcher(params, { headers: written, documentAST } = {}) {
    const headers = { ...session, ...written };
    return isSubscription(documentAST, params.operationName) ? overWebSocket(params, headers) : overHttp(params, headers);
  },
});
`;
