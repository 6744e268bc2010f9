import { useState } from 'react';
import { useFeed } from '../feed.ts';
import { statusWords } from '../words.ts';

/** Announces the end of each job to screen readers. */
export function Announcer() {
  const [text, setText] = useState('');
  useFeed((news) => {
    if (news.kind !== 'job' || news.job.finishedAt === null) return;
    setText(`${statusWords[news.job.status]}: ${news.job.prompt.slice(0, 80)}`);
  });
  return (
    <p className="unseen" role="status">
      {text}
    </p>
  );
}
