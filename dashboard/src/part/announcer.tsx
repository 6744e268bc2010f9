import { useState } from 'react';
import { useFeed } from '../feed.ts';
import { statusWords } from '../words.ts';

/** Announces the end of each job, late videos and deletions to screen readers. */
export function Announcer() {
  const [text, setText] = useState('');
  useFeed((news) => {
    if (news.kind !== 'job' || news.job.finishedAt === null) return;
    const { status, prompt, lateVideo, deletedAt } = news.job;
    // A deleted job has no words left to name it by.
    if (deletedAt !== null) return setText('A job was deleted.');
    setText(`${lateVideo === null ? statusWords[status] : 'Video arrived late'}: ${prompt.slice(0, 80)}`);
  });
  return (
    <p className="unseen" role="status">
      {text}
    </p>
  );
}
