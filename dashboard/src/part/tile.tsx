type TileProps = {
  readonly name: string;
  readonly value: number | string;
  readonly says: string;
  readonly isMain?: boolean;
  readonly isBad?: boolean;
};

/** One figure with its name. */
export function Tile({ name, value, says, isMain = false, isBad = false }: TileProps) {
  return (
    <div className="tile card" data-main={isMain} data-bad={isBad}>
      <h2>{name}</h2>
      <p className="value">{typeof value === 'number' ? value.toLocaleString() : value}</p>
      <p className="quiet">{says}</p>
    </div>
  );
}
