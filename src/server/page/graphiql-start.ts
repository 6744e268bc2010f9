/**
 * The script of the page. Queries and mutations go by POST. Each subscription opens a WebSocket (graphql-transport-ws) and sends the
 * headers of the editor in connection_init, because a browser cannot set headers on a socket.
 */
export const startScript = `'use strict';

const { logo, heading, base, needsToken, tabs } = JSON.parse(document.getElementById('options').textContent);

self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_, label) => base + '/graphiql/' + label + '.js' };

const { href } = location;

// A link can bring an operation behind the #, which no server sees. It opens in a tab and runs only on request.
const linked = new URLSearchParams(location.hash.slice(1));
const brought = linked.has('query') ? { query: linked.get('query'), variables: linked.get('variables') ?? '' } : null;
if (brought !== null) history.replaceState(null, '', location.pathname + location.search);

// A tab that the dashboard has opened has a copy of its session. What stands in the editor of headers goes before.
const ownPrefix = base === '' ? 'reelgate.' : 'reelgate:' + base + ':';
let credential = stored(() => sessionStorage.getItem(ownPrefix + 'credential'));

// The browser's user can block its storage, which then throws.
function stored(read) {
  try {
    return read();
  } catch {
    return null;
  }
}

// A middle click makes no copy: the tab asks the one whose link it is, as the dashboard does (dashboard/src/handover.ts).
function askForCredential(ms) {
  const [entry] = performance.getEntriesByType('navigation');
  if (credential !== null || history.length > 1 || entry?.type !== 'navigate') return Promise.resolve();
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
    try {
      const name = ownPrefix + 'handover';
      const answerOn = name + '.' + crypto.getRandomValues(new Uint32Array(4)).join('-');
      const answer = new BroadcastChannel(answerOn);
      answer.onmessage = ({ data }) => {
        answer.close();
        credential = data;
        stored(() => sessionStorage.setItem(ownPrefix + 'credential', data));
        resolve();
      };
      const channel = new BroadcastChannel(name);
      channel.postMessage({ kind: 'ask', href, answerOn });
      channel.close();
    } catch {
      resolve();
    }
  });
}

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

// Where storage is blocked, tabs last as long as the page.
const kept = stored(() => localStorage);

function memoryStorage() {
  const texts = new Map();
  return {
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, value) => void texts.set(key, value),
    removeItem: (key) => void texts.delete(key),
    clear: () => texts.clear(),
    get length() {
      return texts.size;
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

function start() {
  YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), {
    logo,
    title: heading,
    ...(kept === null ? { storage: memoryStorage() } : base === '' ? {} : { storage: ownStorage }),
    defaultTabs: brought === null ? tabs : [brought, ...tabs],
    ...brought,
    defaultEditorToolsVisibility: needsToken && credential === null && 'headers',
    fetcher(params, { headers: written, documentAST } = {}) {
      const session = credential === null ? {} : { authorization: 'Bearer ' + credential };
      const headers = { ...session, ...written };
      return isSubscription(documentAST, params.operationName) ? overWebSocket(params, headers) : overHttp(params, headers);
    },
  });
}

// Where a token is needed, its absence opens the editor of headers: so the answer is awaited for a moment.
askForCredential(needsToken ? 500 : 0).then(start);
`;
