export { ReelgateProvider, useConnection, useReelgate } from './react/context.tsx';
export { type Generation, type UseGenerate, useGenerate } from './react/generate.ts';
export { type JobState, useCredits, useJob } from './react/job.ts';
export { type UseJobs, type UseJobsOptions, useJobs } from './react/jobs.ts';
export { ReelgateVideo, type ReelgateVideoProps } from './react/video.tsx';
export type { VideoLabels } from './react/words.ts';
