type TileProps = {
  readonly name: string;
  readonly value: number | string;
  readonly note: string;
  /** How the value is to be taken: no status at all by default. */
  readonly tone?: 'good' | 'bad' | undefined;
};

/** One figure with its name. */
export function Tile({ name, value, note, tone }: TileProps) {
  return (
    <div className="tile card" data-tone={tone}>
      <h2>{name}</h2>
      <p className="value">{typeof value === 'number' ? value.toLocaleString() : value}</p>
      <p className="quiet">{note}</p>
    </div>
  );
}
