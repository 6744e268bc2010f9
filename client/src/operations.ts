import { accountFields, failureFields, jobFields, quoteFields } from './schema.ts';

const job = `fragment J on Job{${jobFields}}`;
const failure = `fragment F on Failure{${failureFields}} ${job}`;
const made = '{__typename ...on GenerateVideoSuccess{replayed job{...J}} ...F}';

/** Requests a video. */
export const generateVideo = `mutation GenerateVideo($input:GenerateVideoInput!){generateVideo(input:$input)${made}} ${failure}`;

/** Requests the video of a failed or canceled job again. */
export const retryJob = `mutation RetryJob($id:ID!,$maxCredits:Int){retryJob(id:$id,maxCredits:$maxCredits)${made}} ${failure}`;

/** Cancels a job that has not been sent yet. */
export const cancelJob = `mutation CancelJob($id:ID!){cancelJob(id:$id){__typename ...on CancelJobSuccess{job{...J}} ...F}} ${failure}`;

/** Deletes a job that has ended. */
export const deleteJob = `mutation DeleteJob($id:ID!){deleteJob(id:$id){__typename ...on DeleteJobSuccess{job{...J}} ...F}} ${failure}`;

/** One job. */
export const jobQuery = `query Job($id:ID!){job(id:$id){...J}} ${job}`;

/** One page of the viewer's jobs, newest first. */
export const jobsQuery = `query Jobs($first:Int,$after:String,$filter:JobFilter){
jobs(first:$first,after:$after,filter:$filter){nodes{...J} pageInfo{hasNextPage endCursor}}} ${job}`;

/** The viewer's credits. */
export const accountQuery = `query Account{viewer{account{${accountFields}}}}`;

/** What a video costs now, and how long one takes. */
export const quoteQuery = `query Quote{quote{${quoteFields}}}`;

/** One job, live. */
export const jobUpdated = `subscription JobUpdated($id:ID!){jobUpdated(id:$id){...J}} ${job}`;

/** The viewer's credits, live. */
export const accountUpdated = `subscription AccountUpdated{accountUpdated{${accountFields}}}`;

/** Every state change of the viewer's jobs. */
export const jobEvents = `subscription JobEvents($after:String){jobEvents(after:$after){
__typename ...on FeedItem{cursor} ...on JobEvent{version status message job{...J}}}} ${job}`;
