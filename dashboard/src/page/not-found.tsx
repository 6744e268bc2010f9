import { Link } from '../part/link.tsx';
import { Empty } from '../part/notice.tsx';
import { useTitle } from '../title.ts';

/** An address without a page. */
export function NotFound() {
  useTitle('Not found');
  return (
    <Empty title="There is nothing here">
      <p className="quiet">Check the address, or start from a page that exists.</p>
      <Link className="button main" href="/">
        Go to the start page
      </Link>
    </Empty>
  );
}
