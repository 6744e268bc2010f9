import { useEffect, useState } from 'react';
import type { JobRow } from '../api/operations.ts';
import { clearWhenBack, tellWhenAway } from '../done.ts';
import { useFeed } from '../feed.ts';
import { jobPath, usePath, useQueryText } from '../route.ts';
import { promptText, statusWords } from '../words.ts';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';

const shownMs = 8000;

/**
 * Announces the end of each job, late videos and deletions: to screen readers, in the title of the tab while nobody looks, and as a link
 * to the job where the page does not show it.
 */
export function Announcer() {
  const [text, setText] = useState('');
  const [ended, setEnded] = useState<JobRow | null>(null);
  useEffect(clearWhenBack, []);
  useFeed((news) => {
    if (news.kind !== 'job' || news.job.finishedAt === null) return;
    const { status, prompt, lateVideo, deletedAt } = news.job;
    // A deleted job has no words left to name it by.
    if (deletedAt !== null) return setText('A job was deleted.');
    setText(`${lateVideo === null ? statusWords[status] : 'Video arrived late'}: ${prompt.slice(0, 80)}`);
    // Whoever cancels a job knows that it has ended.
    if (status === 'CANCELED') return;
    tellWhenAway(news.job);
    setEnded(news.job);
  });
  return (
    <>
      <p className="unseen" role="status">
        {text}
      </p>
      {ended !== null && <Toast key={ended.id} job={ended} onClose={() => setEnded(null)} />}
    </>
  );
}

function Toast({ job, onClose }: { readonly job: JobRow; readonly onClose: () => void }) {
  const isShown = useIsShown(job.id);
  useEffect(() => {
    const timer = setTimeout(onClose, shownMs);
    return () => clearTimeout(timer);
  }, [onClose]);
  if (isShown) return null;
  const isReady = job.status === 'COMPLETED' || job.lateVideo !== null;
  return (
    <aside className="toast" data-status={isReady ? 'COMPLETED' : 'FAILED'} aria-label="News">
      <Icon name={isReady ? 'check' : 'cross'} />
      <Link href={jobPath(job.id)} dir="auto" onClick={onClose}>
        {isReady ? 'Ready' : 'Failed'}: {promptText(job).slice(0, 80)}
      </Link>
      <button type="button" className="plain small" aria-label="Close" onClick={onClose}>
        <Icon name="cross" />
      </button>
    </aside>
  );
}

/** Whether the page has the job anyway: lists do, and so does a page about it. */
function useIsShown(id: string): boolean {
  const path = usePath();
  const query = useQueryText();
  return path === '/jobs' || path === '/' || path === jobPath(id) || query.includes(id);
}
