import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../lib/package.ts';
import { videoFileNames } from './video-files.ts';

/** The posters of the sandbox's videos, which are the same on every machine: absolute paths, by the SHA-256 of their videos. */
export function sandboxPosters(): ReadonlyMap<string, string> {
  const folder = join(projectRoot(), 'src', 'adapter', 'provider', 'sandbox', 'videos');
  return new Map(
    videoFileNames.map((name) => {
      const sha256 = createHash('sha256')
        .update(readFileSync(join(folder, name)))
        .digest('hex');
      return [sha256, join(folder, name.replace(/mp4$/, 'jpg'))] as const;
    }),
  );
}
