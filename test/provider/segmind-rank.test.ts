import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { json } from './misbehaving-server.ts';
import { openWorld } from './segmind-world.ts';

/** Texts that no rule makes a candidate, wherever they are. */
const never = fc.constantFrom(
  ...[
    'https://x.example/a.png',
    'https://x.example/b.MP3?x=.mp4',
    'https://x.example/c.pdf',
    'https://x.example/d.html',
    '',
    'x',
  ],
  ...[
    'see https://x.example/e.mp4',
    'https://x.example/f.mp4 is ready. Enjoy',
    'javascript:g.mp4',
    'data:video/mp4;base64,AA',
  ],
  ...['ftp://x.example/h.mp4', 'i.mp4', 'video/mp4', 'https://', 'A sentence, as people write'],
);

/** Texts that are candidates unless something around them rules them out. */
const maybe = fc.constantFrom(
  ...[
    'https://x.example/a.mp4',
    'https://x.example/b.webm?x=1',
    'https://x.example/c.m3u8',
    '/outputs/d.mov',
    '//x.example/e.mkv',
  ],
  ...['https://x.example/f', 'https://x.example/g?sig=1', 'https://x.example/h.bin', 'https://x.example/i/SG_01.m4v'],
);

const scalar = fc.oneof(fc.integer(), fc.boolean(), fc.constant(null));

const plainNames = ['data', 'url', 'value', 'result', 'files', 'meta', 'item', 'id'];

const videoNames = ['video', 'video_url', 'mp4', 'result_video', 'videos', 'finalVideo'];

const neverNames = [
  'thumbnail',
  'poster_url',
  'preview',
  'cover',
  'first_frame',
  'start_frame',
  'image',
  'audio',
  'input',
];

const types = ['video', 'video/mp4', 'image', 'image/png', 'audio', 'text', 'file'];

/** Any tree of these leaves; some of its parts are JSON texts. */
function treeOf(leaf: fc.Arbitrary<unknown>, names: readonly string[]): fc.Arbitrary<unknown> {
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => {
    const object = fc.dictionary(fc.constantFrom(...names), tie('tree'), { maxKeys: 4 });
    const typed = fc.tuple(object, fc.constantFrom(...types)).map(([item, type]) => ({ ...item, type }));
    const list = fc.array(tie('tree'), { maxLength: 3 });
    const text = fc.oneof(object, typed, list).map((value) => JSON.stringify(value));
    return { tree: fc.oneof({ depthSize: 'small' }, leaf, scalar, object, typed, list, text) };
  });
  return tree;
}

const anyName = [...plainNames, ...videoNames, ...neverNames];

const record = fc.record(
  {
    output: treeOf(fc.oneof(maybe, never), anyName),
    video_url: treeOf(fc.oneof(maybe, never), anyName),
    result: treeOf(fc.oneof(maybe, never), anyName),
    poll_url: maybe,
    urls: fc.record({ get: maybe, cancel: maybe }),
    message: fc.oneof(maybe, never),
  },
  { requiredKeys: [] },
);

const options = { numRuns: 400, seed: Number(process.env['FUZZ_SEED'] ?? 20_261_126) };

describe('a finished job', () => {
  it('is never COMPLETED by a response without a candidate', async () => {
    const { server, segmind, running } = await openWorld(json(200, {}));
    const nothing = fc.oneof(
      treeOf(never, anyName),
      fc
        .tuple(fc.constantFrom(...neverNames), treeOf(fc.oneof(maybe, never), plainNames))
        .map(([name, tree]) => ({ [name]: tree })),
      fc
        .constantFrom('image', 'audio/mpeg', 'text/plain')
        .chain((type) => fc.record({ type: fc.constant(type), data: maybe, url: maybe })),
    );
    await fc.assert(
      fc.asyncProperty(nothing, fc.constantFrom('output', 'result', 'data'), async (tree, member) => {
        server.behave(
          json(200, {
            status: 'COMPLETED',
            [member]: tree,
            poll_url: 'https://x.example/p.mp4',
            message: 'https://x.example/m.mp4',
          }),
        );
        const { event } = await segmind.poll(running);
        expect(event.type).not.toBe('completed');
      }),
      options,
    );
  }, 60_000);

  it('has a URL that a rule names', async () => {
    const { server, segmind, running } = await openWorld(json(200, {}));
    let captured = 0;
    await fc.assert(
      fc.asyncProperty(record, async (body) => {
        server.behave(json(200, { status: 'COMPLETED', ...body }));
        const { event } = await segmind.poll(running);
        if (event.type !== 'completed') return;
        captured += 1;
        const { output, video_url, result } = body;
        expect(rulesFor(event.video.url, { output, video_url, result }, server.origin)).not.toEqual([]);
      }),
      options,
    );
    expect(captured).toBeGreaterThan(50);
  }, 60_000);
});

type Leaf = { readonly text: string; readonly type: string; readonly isNamed: boolean; readonly isForbidden: boolean };

/** The rules that make a URL a video somewhere in a tree: a second implementation of the contract, independent of the source. */
function rulesFor(href: string, tree: unknown, origin: string): readonly string[] {
  const { pathname } = new URL(href);
  return [...leavesOf(tree, { text: '', type: '', isNamed: false, isForbidden: false })].flatMap((leaf) => {
    const isLink = /^(?:https?:\/\/|\/)/.test(leaf.text) && URL.canParse(leaf.text, origin);
    if (!isLink || new URL(leaf.text, origin).href !== new URL(href).href) return [];
    if (leaf.isForbidden || /^(?:image|audio|text)/.test(leaf.type)) return [];
    return [
      ...(leaf.type.startsWith('video') ? ['typed'] : []),
      ...(leaf.isNamed ? ['named'] : []),
      ...(/\.(?:mp4|webm|mov|m4v|mkv|m3u8|avi|mpe?g|ogv|3gp)$/.test(pathname) ? ['suffix'] : []),
      ...(pathname.includes('.') ? [] : ['bare']),
    ];
  });
}

function* leavesOf(value: unknown, around: Leaf): Generator<Leaf> {
  if (typeof value === 'string' && /^\s*["[{]/.test(value)) yield* leavesOf(JSON.parse(value), around);
  else if (typeof value === 'string') yield { ...around, text: value };
  else if (Array.isArray(value)) for (const item of value) yield* leavesOf(item, around);
  else if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value);
    const own: unknown = members.find(([name]) => name === 'type')?.[1];
    const type = typeof own === 'string' && own !== 'file' ? own : around.type;
    for (const [name, item] of members) {
      const isNamed = around.isNamed || /video|mp4/i.test(name);
      yield* leavesOf(item, { text: '', type, isNamed, isForbidden: around.isForbidden || neverNames.includes(name) });
    }
  }
}
