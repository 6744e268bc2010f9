import { BlobError, type BlobStore } from '../../ports/video.ts';
import { checkedName } from './name.ts';

/** The store of an installation that keeps no videos: empty for ever. `temporaryFolder` is never used. */
export function createNoStore({ temporaryFolder }: { readonly temporaryFolder: string }): BlobStore {
  return {
    temporaryFolder,
    check: () => Promise.resolve(),
    put(name) {
      checkedName(name);
      return Promise.reject(new BlobError('refused', 'This installation keeps no videos: MEDIA_STORE is none.'));
    },
    async open(name) {
      checkedName(name);
      return null;
    },
    async linkOf(name) {
      checkedName(name);
      return null;
    },
    async remove(name) {
      checkedName(name);
    },
    async *list() {
      yield* [];
    },
    close: () => Promise.resolve(),
  };
}
