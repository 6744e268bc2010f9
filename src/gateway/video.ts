import type { LinkQuery, VideoLinks } from '../credential/video-link.ts';
import type { Job, Video } from '../domain/job.ts';
import { rounded } from '../domain/rounded.ts';
import type { Store } from '../ports.ts';

/** How an installation keeps videos and shows where they are. */
export type VideoSettings = {
  readonly links: VideoLinks;
  /** False: clients get the provider's own URLs, until they expire. */
  readonly keepsVideos: boolean;
  /** How long after the end of its job a video is kept; null: for ever. */
  readonly retentionMs: number | null;
};

/** Where the bytes of a video are. */
export type VideoStorage = 'PROVIDER' | 'STORED' | 'GONE';

/** A finished video as clients see it. Instants in epoch milliseconds. */
export type ShownVideo = {
  readonly url: string;
  readonly contentType: string;
  readonly posterUrl: string | null;
  readonly sourceUrl: string | null;
  readonly sourceExpiresAt: number | null;
  readonly expiresAt: number | null;
  readonly storage: VideoStorage;
  readonly byteSize: number | null;
  readonly durationSeconds: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly sha256: string | null;
};

/** The job whose video a link leads to, or why there is none. */
type LinkedJob = Job | 'unknown' | 'expired' | 'wrong';

/** What a gateway says about videos. The first two depend on the job alone while `linksExpire` is false. */
export interface VideoReads {
  readonly linksExpire: boolean;
  /** Where a job's video is or will be: final from the moment the job is stored. */
  videoUrl(job: Job): string;
  /** What clients see of a job's video, or of its late video; null if it has neither. */
  shownVideo(job: Job): ShownVideo | null;
  /** The job that a link belongs to. No viewer is asked: whoever has the link may follow it. Deleted jobs are returned, too. */
  linkedJob(videoId: string, query: LinkQuery): Promise<LinkedJob>;
}

/** The reads of videos. */
export function createVideoReads(store: Pick<Store, 'findJobByVideo'>, settings: VideoSettings): VideoReads {
  const { links } = settings;
  return {
    linksExpire: links.expire,
    videoUrl: ({ videoId }) => links.videoUrl(videoId),
    shownVideo: (job) => shownVideoOf(job, settings),
    async linkedJob(videoId, query) {
      const checked = links.check(videoId, query);
      if (checked !== 'valid') return checked;
      return (await store.findJobByVideo(videoId)) ?? 'unknown';
    },
  };
}

/** What clients see of a job's video, or of its late video; null if it has neither. */
export function shownVideoOf(job: Job, settings: VideoSettings): ShownVideo | null {
  const video = job.video ?? job.lateVideo;
  return video === null ? null : shownOf(job, video, settings);
}

function shownOf(job: Job, video: Video, { links, keepsVideos, retentionMs }: VideoSettings): ShownVideo {
  const { copy, videoId } = job;
  const storage = storageOf(job);
  const isThere = storage !== 'GONE';
  // The provider's URL of a video that is gone would be dead, or a way around its deletion.
  const sourceUrl = isThere && video.url !== '' ? video.url : null;
  const { byteSize, durationSeconds, width, height, sha256 } = copy;
  return {
    url: keepsVideos || storage !== 'PROVIDER' ? links.videoUrl(videoId) : video.url,
    contentType: video.contentType,
    posterUrl: storage === 'STORED' && copy.hasPoster ? links.posterUrl(videoId) : null,
    sourceUrl,
    sourceExpiresAt: sourceUrl === null ? null : video.expiresAt,
    expiresAt: expiryOf(job, video, retentionMs),
    storage,
    byteSize,
    durationSeconds: durationSeconds === null ? null : rounded(durationSeconds, 3),
    width,
    height,
    sha256,
  };
}

function storageOf({ copy: { state } }: Job): VideoStorage {
  return state === 'NONE' || state === 'WAITING' ? 'PROVIDER' : state;
}

/** When the last place that has a video forgets it, or did; null: never. */
function expiryOf({ copy, finishedAt }: Job, video: Video, retentionMs: number | null): number | null {
  if (copy.state === 'GONE') return copy.settledAt;
  if (copy.state !== 'STORED') return video.expiresAt;
  return retentionMs === null || finishedAt === null ? null : finishedAt + retentionMs;
}
