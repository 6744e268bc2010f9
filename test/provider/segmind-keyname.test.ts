import { describe, expect, it } from 'vitest';
import type { PollEvent } from '../../src/domain/job.ts';
import { json } from './misbehaving-server.ts';
import { openWorld } from './segmind-world.ts';

const mp4 = 'https://images.segmind.com/outputs/x.mp4';

const bare = 'https://cdn.example.com/v/abc?sig=1';

const typed = (keyname: string, data = mp4) => ({ keyname, value: { data, type: 'video' } });

describe('a keyname', () => {
  it.each(['Video with Captions', 'Final Video with Text', 'Frame Interpolation', 'Add Audio', 'Image'])(
    '“%s” leaves a typed URL that ends like a video, as the last resort',
    async (keyname) => {
      expect(await urlOf({ output: [typed(keyname)] })).toBe(mp4);
      expect(await urlOf({ output: [typed(keyname), bare] })).toBe(bare);
      expect(await urlOf({ output: [typed(keyname), { video: bare }] })).toBe(bare);
      expect(await urlOf({ output: [typed(keyname)], video_url: bare })).toBe(bare);
      expect(await urlOf({ output: [typed(keyname, 'https://x.example/v')] })).toBeNull();
      expect(await urlOf({ output: [{ keyname, value: { data: mp4 } }] })).toBeNull();
      expect(await urlOf({ output: [{ keyname, value: { thumbnail: mp4, type: 'video' } }] })).toBeNull();
    },
  );

  it.each([
    ...['Thumbnail', 'Video Thumb', 'Poster', 'Preview Video', 'Cover', 'Start_Frame', 'First Frame', 'Last Frame'],
    ...['Input Video', 'Source Video'],
  ])('“%s” rules out every URL', async (keyname) => {
    expect(await urlOf({ output: [typed(keyname)] })).toBeNull();
  });
});

async function urlOf(body: object): Promise<string | null> {
  const { segmind, running } = await openWorld(json(200, { status: 'COMPLETED', ...body }));
  const { event }: { event: PollEvent } = await segmind.poll(running);
  return event.type === 'completed' ? event.video.url : null;
}
