const paths = {
  brand: 'M8 4.5v15l12-7.5z',
  plus: 'M12 5v14M5 12h14',
  list: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  coins: 'M4 7a8 3 0 1 0 16 0a8 3 0 1 0-16 0M4 7v10c0 1.7 3.6 3 8 3s8-1.3 8-3V7M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3',
  gauge: 'M4 18a9 9 0 1 1 16 0M12 14l4-5',
  die: 'M5 5h14v14H5zM9 9h.01M15 9h.01M12 12h.01M9 15h.01M15 15h.01',
  out: 'M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9',
} as const;

/** A decorative icon; the text beside it has the meaning. */
export function Icon({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg className="icon" data-icon={name} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  );
}
