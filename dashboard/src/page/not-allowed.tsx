import { useAllowed, useViewer } from '../access.ts';
import { anyJob, useJobs } from '../jobs.ts';
import { FilmStrip } from '../part/film-strip.tsx';
import { Link } from '../part/link.tsx';
import { Empty } from '../part/notice.tsx';
import { type NarrowScope, placesOf, scopeWords } from '../places.ts';
import { jobPath } from '../route.ts';
import { useTitle } from '../title.ts';

/** Stands for a page that the viewer's token or key does not open, and leads to one that it does. */
export function NotAllowed({ scope }: { readonly scope: NarrowScope }) {
  useTitle('Not allowed');
  const { name, action } = scopeWords[scope];
  const [first] = placesOf(useViewer());
  const hasLatest = useAllowed('JOBS_READ') && scope === 'JOBS_WRITE';
  return (
    <>
      <Empty title={`Your key can’t ${action}`}>
        <p className="quiet">
          This page needs a token or API key with the scope <code>{name}</code>.
        </p>
        {first !== undefined && (
          <Link className="button main" href={first.href}>
            Go to {first.name}
          </Link>
        )}
      </Empty>
      {hasLatest && <Latest />}
    </>
  );
}

function Latest() {
  return <FilmStrip list={useJobs(anyJob, 20)} hrefOf={({ id }) => jobPath(id)} />;
}
