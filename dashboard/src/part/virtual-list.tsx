import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { rangeOf } from '../window-range.ts';

/** How items are laid out: the height of each for a list of a given width, and how many stand in a row. */
export type Layout = (width: number) => { readonly columns: number; readonly height: number };

type VirtualListProps<Item> = {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  readonly layout: Layout;
  readonly className: string;
  readonly children: (item: Item, index: number) => ReactNode;
  /** Called whenever the last item is nearly in sight, also after more items have come. */
  readonly onNearEnd: () => void;
};

type Range = { readonly first: number; readonly end: number };

const nearEndPx = 1200;

/** A list of which the page holds only what is near the window, so that thousands of items scroll like ten. */
export function VirtualList<Item>({ items, keyOf, layout, className, children, onNearEnd }: VirtualListProps<Item>) {
  const list = useRef<HTMLUListElement>(null);
  const [width, setWidth] = useState(0);
  const [range, setRange] = useState<Range>({ first: 0, end: 0 });
  const { columns, height } = layout(width);
  const rows = Math.ceil(items.length / columns);
  const nearEnd = useRef(onNearEnd);
  nearEnd.current = onNearEnd;

  useLayoutEffect(() => {
    const element = list.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    const look = () => {
      const top = list.current?.getBoundingClientRect().top ?? 0;
      const next = rangeOf({ top, windowHeight: innerHeight, rowHeight: height, rows });
      setRange((before) => (before.first === next.first && before.end === next.end ? before : next));
      if (top + rows * height < innerHeight + nearEndPx) nearEnd.current();
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [height, rows]);
  useEffect(() => {
    // A page whose items were all left out by a filter changes nothing above: look again.
    const top = list.current?.getBoundingClientRect().top ?? 0;
    if (top + rows * height < innerHeight + nearEndPx) nearEnd.current();
  });

  const drawn = items.slice(range.first * columns, range.end * columns);
  return (
    <ul ref={list} className={className} style={{ height: rows * height }}>
      {width > 0 &&
        drawn.map((item, at) => {
          const index = range.first * columns + at;
          const place = {
            top: Math.floor(index / columns) * height,
            left: `${((index % columns) * 100) / columns}%`,
            width: `${100 / columns}%`,
            height,
          };
          return (
            <li key={keyOf(item)} style={place} aria-setsize={items.length} aria-posinset={index + 1}>
              {children(item, index)}
            </li>
          );
        })}
    </ul>
  );
}
