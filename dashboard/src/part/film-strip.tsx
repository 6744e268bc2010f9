import { isEnded } from '@reelgate/client/jobs';
import { useState } from 'react';
import type { JobRow } from '../api/operations.ts';
import { useCopied } from '../copy-watch.ts';
import type { Jobs } from '../jobs.ts';
import { promptText } from '../words.ts';
import { Badge } from './badge.tsx';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';
import { ErrorNotice } from './notice.tsx';
import { Poster } from './poster.tsx';
import { LiveProgress } from './progress.tsx';

type FilmStripProps = {
  readonly list: Jobs;
  /** Where a click on a result leads. */
  readonly hrefOf: (job: JobRow) => string;
  /** Where the button that compares it leads; null where there is nothing to compare it with. */
  readonly compareHrefOf?: (job: JobRow) => string | null;
  readonly shown?: readonly (string | null)[];
};

/** The latest results, live, in one row that scrolls. */
export function FilmStrip({ list, hrefOf, compareHrefOf, shown = [] }: FilmStripProps) {
  const { jobs, isLoading, error, reload } = list;
  return (
    <section className="strip" aria-labelledby="strip-title">
      <div className="head">
        <h2 id="strip-title">Recent</h2>
        <Link href="/jobs">All jobs</Link>
      </div>
      {error !== null && <ErrorNotice text={error} onRetry={reload} />}
      {!isLoading && error === null && jobs.length === 0 && <p className="quiet none">Your videos will appear here.</p>}
      <ul>
        {jobs.map((job) => (
          <Frame
            key={job.id}
            job={job}
            href={hrefOf(job)}
            compareHref={compareHrefOf?.(job) ?? null}
            isShown={shown.includes(job.id)}
          />
        ))}
      </ul>
    </section>
  );
}

type FrameProps = {
  readonly job: JobRow;
  readonly href: string;
  readonly compareHref: string | null;
  readonly isShown: boolean;
};

function Frame({ job: given, href, compareHref, isShown }: FrameProps) {
  const job = useCopied(given);
  const [isHovered, setHovered] = useState(false);
  return (
    <li data-shown={isShown}>
      <Link
        href={href}
        data-strip={job.id}
        aria-current={isShown ? 'true' : undefined}
        onPointerEnter={() => setHovered(true)}
        onPointerLeave={() => setHovered(false)}
      >
        <Poster job={job} isPlaying={isHovered} />
        <span className="words" dir="auto">
          {promptText(job)}
        </span>
      </Link>
      {isEnded(job.status) ? (
        <span className="foot">
          {job.status === 'COMPLETED' ? <span className="quiet">Seed {job.seed}</span> : <Badge job={job} />}
          {compareHref !== null && (
            <Link
              className="button plain small"
              href={compareHref}
              aria-label="Compare with the result above"
              title="Compare"
            >
              <Icon name="compare" />
            </Link>
          )}
        </span>
      ) : (
        <LiveProgress job={job} />
      )}
    </li>
  );
}
