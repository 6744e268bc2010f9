/** A URL under one of these names is never the video: it is a picture, a page, or an input of the video. */
const neverNames = new Set([
  ...[
    'thumbnail',
    'thumb',
    'poster',
    'preview',
    'cover',
    'frame',
    'snapshot',
    'screenshot',
    'placeholder',
    'storyboard',
    'sprite',
  ],
  ...[
    'page',
    'docs',
    'documentation',
    'help',
    'support',
    'html',
    'website',
    'webpage',
    'dashboard',
    'embed',
    'share',
    'license',
  ],
  ...['poll', 'status', 'get', 'cancel', 'webhook', 'callback', 'error', 'log'],
  ...['input', 'init', 'reference', 'request', 'prompt', 'param', 'parameter'],
]);

/** The same, unless the name also means a video, as `video_with_audio` does. */
const otherNames = new Set([
  'image',
  'img',
  'picture',
  'photo',
  'audio',
  'sound',
  'music',
  'text',
  'caption',
  'subtitle',
  'mask',
]);

const videoNames = new Set(['video', 'mp4', 'webm', 'mov', 'm4v', 'mkv', 'movie', 'clip']);

/** Words that only describe the form of a value. */
const forms = new Set(['url', 'uri', 'link', 'href', 'src', 'file', 'path', 'data']);

/** The members in which an item keeps its file. */
const fileNames = new Set(['data', 'url', 'value', 'src', 'uri', 'href', 'file', 'link', '']);

/** In a keyname, these mean a part or an input of the video even if the file is a video. */
const surelyNeverNames = new Set([
  ...[
    'thumbnail',
    'thumb',
    'poster',
    'preview',
    'cover',
    'snapshot',
    'screenshot',
    'placeholder',
    'storyboard',
    'sprite',
  ],
  ...['input', 'init', 'reference', 'source'],
]);

/** With one of these, `frame` is a part of the video; in `Frame Interpolation` it is not. */
const frameNames = new Set(['start', 'first', 'last', 'end', 'key']);

/** What a name in an output means for its value: a video, never a video, a video only as a last resort, or unknown (null). */
export type NameHint = 'video' | 'never' | 'unlikely' | null;

/** The hint in a name such as `video_url`, `resultVideo` or `Start_Frame`. */
export function nameOf(name: string): NameHint {
  // `image_to_video` names a kind of job; its result is a video.
  const words = wordsOf(name.replace(/(?:image|img|text|audio)[\s_-]*(?:to|2)[\s_-]*video/gi, 'video'));
  const isVideo = words.some((word) => videoNames.has(word));
  if (words.some((word) => neverNames.has(word))) return 'never';
  const last = words.findLast((word) => !forms.has(word)) ?? '';
  if (otherNames.has(last) || (!isVideo && words.some((word) => otherNames.has(word))))
    return isVideo && last === 'audio' ? 'video' : 'never';
  if (isVideo && words.includes('source')) return 'never';
  return isVideo ? 'video' : null;
}

/** The hint in a keyname: free text such as `Video with Captions`, so many of its words rule a video out only if there is another. */
export function nameOfKeyname(keyname: string): NameHint {
  const hint = nameOf(keyname);
  if (hint !== 'never') return hint;
  const words = wordsOf(keyname);
  const isFrame = words.includes('frame') && words.some((word) => frameNames.has(word));
  return isFrame || words.some((word) => surelyNeverNames.has(word)) ? 'never' : 'unlikely';
}

/** Whether an item keeps its file under this name, and not its page or its folder. */
export function isFileName(name: string): boolean {
  return fileNames.has(name.toLowerCase()) || nameOf(name) === 'video';
}

/** The words of a name in lower case and in the singular: `resultVideos` gives `['result', 'video']`. */
function wordsOf(name: string): readonly string[] {
  const spaced = name.slice(0, 100).replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  const words = spaced
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  return words.map((word) => (word !== 'docs' && word !== 'status' && word.length > 3 ? word.replace(/s$/, '') : word));
}
