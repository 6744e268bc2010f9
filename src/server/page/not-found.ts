import { pathOf } from '../../lib/address.ts';
import { refusal } from '../graphql/errors.ts';
import { prefersPage, readAccept } from '../http/accept.ts';
import { type Handle, sendBody, sendError } from '../http/response.ts';
import { escapeHtml } from './escape.ts';
import { linksOf, pageOf, pagePolicy } from './layout.ts';

const longestShown = 200;

/** Answers 404: a page to a person who opened the address in a browser, JSON to programs. */
export const notFound: Handle = async ({ method, url, headers }, reply) => {
  const isPage = (method === 'GET' || method === 'HEAD') && prefersPage(readAccept(headers.accept));
  if (!isPage) {
    const message = `There is nothing here; the API is at ${reply.base}/graphql.`;
    return sendError(reply, 404, refusal('NOT_FOUND', message), { vary: 'Accept' });
  }
  reply.headers['content-security-policy'] = pagePolicy;
  const root = `${reply.base}/`;
  const shown = pathOf(url).slice(0, longestShown);
  const body = `    <main id="main" class="message">
      <h1>There is nothing here</h1>
      <p>No page is at <code>${escapeHtml(shown)}</code>. Check the address, or start from one of these:</p>
      <ul>${linksOf(root, (link) => `<li>${link}</li>`)}</ul>
    </main>`;
  sendBody(reply, 404, pageOf({ title: 'Not found', root, body }), {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    vary: 'Accept',
  });
};
