import { useState } from 'react';
import { useFeed } from '../feed.ts';
import { statusWords } from '../words.ts';

/** Tells people who do not see the page that a job came to its end. */
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
