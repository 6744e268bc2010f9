import { expect } from 'vitest';
import { request, subscribe } from '../../world/gateway.ts';

/** The main job, as a newcomer would do it in the sandbox: a prompt, its updates, and a video that can be downloaded. */
export async function doMainJob(gateway: { readonly url: string }): Promise<void> {
  const { data } = await request(
    gateway,
    'mutation { generateVideo(input: { prompt: "@test/ok:1s" }) { ... on GenerateVideoSuccess { job { id } } } }',
  );
  const watch = 'subscription ($id: ID!) { jobUpdated(id: $id) { status video { url } } }';
  const updates = subscribe(gateway, watch, { id: data.generateVideo.job.id });
  const last = (await updates.all()).at(-1)?.data.jobUpdated;
  await updates.close();
  expect(last).toMatchObject({ status: 'COMPLETED' });
  const video = await fetch(last.video.url);
  expect(video.headers.get('content-type')).toBe('video/mp4');
  expect((await video.arrayBuffer()).byteLength).toBeGreaterThan(1000);
}
