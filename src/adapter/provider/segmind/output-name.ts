/** What stands under these is not the video, however it looks: its pictures, its pages, and what it was made from. */
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

/** The same, save where the name speaks of a video, as in video_with_audio. */
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

/** What only says in which form a name has its value. */
const forms = new Set(['url', 'uri', 'link', 'href', 'src', 'file', 'path', 'data']);

/** Where an item keeps its file. */
const fileNames = new Set(['data', 'url', 'value', 'src', 'uri', 'href', 'file', 'link', '']);

/** What a name in an output says of what stands under it. */
export type NameSays = 'video' | 'never' | null;

/** Reads a name such as `video_url`, `resultVideo` or `Start_Frame`. */
export function nameOf(name: string): NameSays {
  // A job may be called image_to_video; what it made is a video.
  const words = wordsOf(name.replace(/(?:image|img|text|audio)[\s_-]*(?:to|2)[\s_-]*video/gi, 'video'));
  const isVideo = words.some((word) => videoNames.has(word));
  if (words.some((word) => neverNames.has(word))) return 'never';
  const last = words.findLast((word) => !forms.has(word)) ?? '';
  if (otherNames.has(last) || (!isVideo && words.some((word) => otherNames.has(word))))
    return isVideo && last === 'audio' ? 'video' : 'never';
  if (isVideo && words.includes('source')) return 'never';
  return isVideo ? 'video' : null;
}

/** Whether an item keeps its file under a name, as against its page or its folder. */
export function isFileName(name: string): boolean {
  return fileNames.has(name.toLowerCase()) || nameOf(name) === 'video';
}

/** The words of a name in small letters, in the singular. */
function wordsOf(name: string): readonly string[] {
  const spaced = name.slice(0, 100).replace(/([a-z0-9])([A-Z])/g, '$1_$2');
  const words = spaced
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  return words.map((word) => (word !== 'docs' && word !== 'status' && word.length > 3 ? word.replace(/s$/, '') : word));
}
