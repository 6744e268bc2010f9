import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { pathOf } from '../../lib/address.ts';
import { refusal } from '../graphql/errors.ts';
import { type Handle, sendError } from '../http/response.ts';
import { packAsset, sendAsset } from './asset.ts';
import { escapeHtml } from './escape.ts';
import { pageOf, pagePolicy } from './layout.ts';
import { type Heading, renderMarkdown } from './markdown.ts';
import { notFound } from './not-found.ts';

/** The order of the pages in their list; others follow by name. */
const order = [
  '',
  'tutorial',
  'api',
  'client',
  'clients',
  'video',
  'errors',
  'progress',
  'configuration',
  'security',
  'scaling',
  'network',
  'reliability',
];

const overview = 'README.md';

const pictures: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
};

/** Whether a path belongs to the documentation. */
export function isDocsPath(path: string): boolean {
  return path === '/docs' || path.startsWith('/docs/');
}

/**
 * Serves the documentation that the package contains, from the folder with its README.md and docs/.
 *
 *     /docs              README.md, as a page       /docs/api       docs/api.md, as a page
 *     /docs/images/…     its pictures               /docs/api.md    the same as it is written, for programs
 */
export function createDocs(folder: string | null): Handle {
  const load = createLibrary(folder);
  return async (request, reply, requestId) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return sendError(reply, 405, refusal('BAD_USER_INPUT', 'The documentation takes GET.'), { allow: 'GET, HEAD' });
    }
    const path = pathOf(request.url);
    const name = path.slice('/docs/'.length).replace(/\/$/, '');
    const library = await load();
    const picture = library.pictures.get(name);
    if (picture !== undefined) {
      const asset = await packAsset({ type: pictures[extname(name)] ?? '', body: await readFile(picture) });
      return sendAsset(reply, asset, { headers: request.headers, cacheControl: 'no-cache' });
    }
    const source = name.endsWith('.md') ? library.texts.get(fileOf(name.slice(0, -'.md'.length))) : undefined;
    if (source !== undefined) {
      const asset = await packAsset({ type: 'text/markdown; charset=utf-8', body: source });
      return sendAsset(reply, asset, { headers: request.headers, cacheControl: 'no-cache' });
    }
    const html = library.pageOf(name, `${reply.base}/`);
    if (html === null) return notFound(request, reply, requestId);
    reply.headers['content-security-policy'] = pagePolicy;
    const page = await packAsset({ type: 'text/html; charset=utf-8', body: html });
    sendAsset(reply, page, { headers: request.headers, cacheControl: 'no-cache' });
  };
}

type Library = {
  /** The Markdown files by their paths in the project. */
  readonly texts: ReadonlyMap<string, string>;
  /** The paths on disk of pictures, by their names below /docs/. */
  readonly pictures: ReadonlyMap<string, string>;
  /** The page of a name; null where there is none. */
  pageOf(name: string, root: string): string | null;
};

/** Reads the documentation once, when somebody first asks for it, and keeps each page. */
function createLibrary(folder: string | null): () => Promise<Library> {
  let library: Promise<Library> | null = null;
  return () => {
    library ??= readLibrary(folder);
    return library;
  };
}

async function readLibrary(folder: string | null): Promise<Library> {
  const [files, images] = await Promise.all([namesIn(folder, 'docs'), namesIn(folder, 'docs/images')]);
  const names = ['', ...files.filter((file) => file.endsWith('.md')).map((file) => file.slice(0, -'.md'.length))];
  const texts = new Map<string, string>();
  for (const name of names.toSorted((a, b) => rankOf(a) - rankOf(b) || a.localeCompare(b))) {
    const text = folder === null ? null : await readFile(join(folder, fileOf(name)), 'utf8').catch(() => null);
    if (text !== null) texts.set(fileOf(name), text);
  }
  const shown = images.filter((file) => extname(file) in pictures);
  const found = new Map(shown.map((file) => [`images/${file}`, join(folder ?? '', 'docs/images', file)]));
  const kept = new Map<string, string>();
  return {
    texts,
    pictures: found,
    pageOf(name, root) {
      const file = fileOf(name);
      const text = texts.get(file);
      if (text === undefined) return null;
      const page = kept.get(`${root}${file}`) ?? docsPage({ file, text, root, texts, pictures: found });
      kept.set(`${root}${file}`, page);
      return page;
    },
  };
}

type Page = Pick<Library, 'texts' | 'pictures'> & {
  readonly file: string;
  readonly text: string;
  readonly root: string;
};

function docsPage({ file, text, root, texts, pictures: found }: Page): string {
  const servedAt = (target: string) => {
    if (texts.has(target)) return placeOf(target);
    if (target === 'schema/schema.graphql') return 'schema.graphql';
    return found.has(target.replace(/^docs\//, '')) ? target : null;
  };
  const { title, html, headings } = renderMarkdown({ file, text }, root, servedAt);
  const items = [...texts].map(([other, source]) => {
    const name = other === overview ? 'Overview' : (/^# (.+)$/m.exec(source)?.[1] ?? other);
    const current = other === file ? ' aria-current="page"' : '';
    return `<li><a href="${root}${placeOf(other)}"${current}>${escapeHtml(name)}</a></li>`;
  });
  const body = `    <div class="columns">
      <div class="pages"><nav aria-label="Documentation"><ul>${items.join('')}</ul></nav></div>
      <main id="main">
${html}
      </main>
      ${contentsOf(headings)}
    </div>`;
  return pageOf({ title, root, body });
}

function contentsOf(headings: readonly Heading[]): string {
  const sections = headings.filter(({ depth }) => depth === 2);
  const items = sections.map(({ id, text }) => `<li><a href="#${id}">${escapeHtml(text)}</a></li>`);
  if (items.length === 0) return '';
  return `<nav class="contents" aria-label="On this page"><p>On this page</p><ul>${items.join('')}</ul></nav>`;
}

function fileOf(name: string): string {
  return name === '' ? overview : `docs/${name}.md`;
}

function placeOf(file: string): string {
  return file === overview ? 'docs' : file.replace(/\.md$/, '');
}

function rankOf(name: string): number {
  const at = order.indexOf(name);
  return at === -1 ? order.length : at;
}

/** The files of a folder; none where it does not exist. */
async function namesIn(folder: string | null, path: string): Promise<readonly string[]> {
  return folder === null ? [] : readdir(join(folder, path)).catch(() => []);
}
