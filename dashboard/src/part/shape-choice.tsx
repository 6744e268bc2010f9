import { type AspectRatio, aspectRatios } from '../words.ts';
import { Shape } from './shape.tsx';

type ShapeChoiceProps = { readonly chosen: AspectRatio; readonly onChoose: (ratio: AspectRatio) => void };

/** A choice of one shape, each of them drawn. */
export function ShapeChoice({ chosen, onChoose }: ShapeChoiceProps) {
  return (
    <fieldset className="shapes">
      <legend>Shape</legend>
      <div>
        {aspectRatios.map(({ value, name }) => (
          <label key={value}>
            <input
              type="radio"
              name="aspectRatio"
              value={value}
              checked={value === chosen}
              onChange={() => onChoose(value)}
            />
            <Shape ratio={value} />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
