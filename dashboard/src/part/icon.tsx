const paths = {
  brand: 'M8 4.5v15l12-7.5z',
  plus: 'M12 5v14M5 12h14',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  grid: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  coins: 'M4 7a8 3 0 1 0 16 0a8 3 0 1 0-16 0M4 7v10c0 1.7 3.6 3 8 3s8-1.3 8-3V7M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3',
  gauge: 'M4 18a9 9 0 1 1 16 0M12 14l4-5',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7a3.5 3.5 0 0 0 0 7M3 20a6 6 0 0 1 12 0M16 4.5a3.5 3.5 0 0 1 0 6M18 14.5a6 6 0 0 1 3 5.5',
  key: 'M8 15a4 4 0 1 0 0 .01M11 12l9-9M17 6l3 3M14 9l2 2',
  die: 'M5 5h14v14H5zM9 9h.01M15 9h.01M12 12h.01M9 15h.01M15 15h.01',
  out: 'M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9',
  down: 'M12 4v11M7 11l5 5l5-5M5 20h14',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  cross: 'M6 6l12 12M18 6L6 18',
  compare: 'M4 5h7v14H4zM13 5h7v14h-7z',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  book: 'M4 5a2 2 0 0 1 2-2h14v16H6a2 2 0 0 0-2 2zM4 19V5M20 19v2H6',
  bell: 'M6 10a6 6 0 0 1 12 0c0 5 2 6 2 6H4s2-1 2-6M10 20h4',
  keyboard: 'M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M8 14h8',
  leave: 'M14 4H5v16h9M10 12h11M17 8l4 4l-4 4',
  code: 'M8 7l-5 5l5 5M16 7l5 5l-5 5',
  again: 'M20 12a8 8 0 1 1-2.5-5.8M20 3v4h-4',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13',
} as const;

/** The name of an icon. */
export type IconName = keyof typeof paths;

/** A decorative icon; the text beside it has the meaning. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" data-icon={name} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
