import { SourceError, type VideoSource } from '../../ports/video.ts';

/** The end of the URL of one of the sandbox's videos. */
const videoPath = /\/sandbox(\/videos\/[\w-]+\.mp4)$/;

/**
 * Reads the sandbox's videos at the gateway's own port, whatever PUBLIC_URL was when their jobs ended: behind a proxy it may be out of
 * reach from here, and after a restart it may have changed. `source` must trust the origin of `sandboxUrl`.
 */
export function createSandboxSource(source: VideoSource, sandboxUrl: string): VideoSource {
  return {
    async open(url, request) {
      const [, path] = videoPath.exec(url) ?? [];
      if (path === undefined) throw new SourceError('forbidden', 'A TEST job has a video that is not the sandbox’s.');
      return source.open(`${sandboxUrl}${path}`, request);
    },
    close: () => source.close(),
  };
}
