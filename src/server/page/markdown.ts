import { posix } from 'node:path';
import { Marked, type Tokens } from 'marked';
import { escapeHtml } from './escape.ts';

/** A heading of a page, with the anchor that links name. */
export type Heading = { readonly depth: number; readonly id: string; readonly text: string };

/** A page as HTML. `title` is its first heading, as text. */
export type Rendered = { readonly title: string; readonly html: string; readonly headings: readonly Heading[] };

/** Where a file of the project is served, relative to the gateway's root, such as `docs/api`; null where it is not served. */
export type ServedAt = (file: string) => string | null;

/** A file with Markdown: its path in the project, and its text. */
export type MarkdownFile = { readonly file: string; readonly text: string };

/** Renders Markdown of the project itself. `root`: the path to the gateway's root. HTML in it is escaped, except pictures. */
export function renderMarkdown({ file, text }: MarkdownFile, root: string, servedAt: ServedAt): Rendered {
  const headings: Heading[] = [];
  const anchorOf = createAnchors();
  const resolve = (href: string) => resolved(href, { file, root, servedAt });

  const marked = new Marked({
    renderer: {
      heading({ depth, tokens }) {
        const inner = this.parser.parseInline(tokens);
        const plain = plainOf(inner);
        const id = anchorOf(plain);
        headings.push({ depth, id, text: plain });
        const isLinked = depth > 1 && !inner.includes('<a ');
        const link = isLinked ? `<a href="#${id}">${inner}</a>` : inner;
        return `<h${depth} id="${id}">${link}</h${depth}>\n`;
      },
      link({ href, tokens }) {
        const inner = this.parser.parseInline(tokens);
        const target = resolve(href);
        if (target === null) return `<span class="file" title="A file of the source code">${inner}</span>`;
        return `<a href="${escapeHtml(target)}">${inner}</a>`;
      },
      image: ({ href, text: alt }) =>
        `<img src="${escapeHtml(resolve(href) ?? '')}" alt="${escapeHtml(alt)}" loading="lazy">`,
      html: ({ text: html }: Tokens.HTML | Tokens.Tag) => pictureOf(html, resolve) ?? escapeHtml(html),
    },
  });
  const html = marked
    .parse(text, { async: false })
    // Wide ones scroll by themselves, also with the keyboard.
    .replaceAll('<table>', '<div class="table" role="region" aria-label="Table" tabindex="0"><table>')
    .replaceAll('</table>', '</table></div>')
    .replaceAll('<pre>', '<pre tabindex="0">');
  return { title: headings[0]?.text ?? file, html, headings };
}

type Place = { readonly file: string; readonly root: string; readonly servedAt: ServedAt };

/** The address of a link in a file; null where its target is not served. */
function resolved(href: string, { file, root, servedAt }: Place): string | null {
  if (/^(https?:|#)/i.test(href)) return href;
  const [path = '', fragment] = href.split('#');
  const target = servedAt(posix.join(posix.dirname(file), path));
  if (target === null) return null;
  return `${root}${target}${fragment === undefined ? '' : `#${fragment}`}`;
}

/** A picture that is written as HTML, for its width, with its address resolved; null for any other HTML. */
function pictureOf(html: string, resolve: (href: string) => string | null): string | null {
  const [, source = '', alt = '', width = ''] =
    /^<img src="([^"<>]*)" alt="([^"<>]*)" width="(\d+)">\s*$/.exec(html) ?? [];
  if (source === '') return null;
  return `<img src="${escapeHtml(resolve(source) ?? '')}" alt="${escapeHtml(alt)}" width="${width}" loading="lazy">`;
}

/** Makes the anchors of one page as GitHub does: `Who may call?` is `who-may-call`, and the second of a name gets `-1`. */
function createAnchors(): (text: string) => string {
  const used = new Map<string, number>();
  return (text) => {
    const name = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
      .replaceAll(' ', '-');
    const count = used.get(name) ?? 0;
    used.set(name, count + 1);
    return count === 0 ? name : `${name}-${count}`;
  };
}

/** The text of inline HTML. */
function plainOf(html: string): string {
  const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? '');
}
