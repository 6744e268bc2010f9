import { scenarios } from '../words.ts';

const examples = [
  { name: 'Latte art', prompt: 'A barista pours latte art in soft morning light, close-up' },
  { name: 'City rain', prompt: 'Rain on the window of a night train, neon lights passing, slow pan' },
  { name: 'Team', prompt: 'Four colleagues laugh around a whiteboard in a bright loft office' },
  { name: 'Coast', prompt: 'A drone follows waves along a rocky coast at sunrise, wide shot' },
] as const;

type ExamplesProps = { readonly withScenarios: boolean; readonly onChoose: (prompt: string) => void };

/** Prompts that a click puts into the form and, in TEST, the scenarios of the sandbox. */
export function Examples({ withScenarios, onChoose }: ExamplesProps) {
  return (
    <div className="examples">
      <span className="quiet">Try</span>
      {examples.map(({ name, prompt }) => (
        <button key={name} type="button" className="small" title={prompt} onClick={() => onChoose(prompt)}>
          {name}
        </button>
      ))}
      {withScenarios && (
        <>
          <button type="button" className="small" popoverTarget="scenarios" aria-haspopup="dialog">
            Test scenarios
          </button>
          <div id="scenarios" className="sheet scenarios" popover="auto" role="dialog" aria-label="Test scenarios">
            <h2>Test scenarios</h2>
            <p className="quiet">The sandbox plays the scenario that the prompt starts with.</p>
            <ul>
              {scenarios.map(({ prompt, outcome }) => (
                <li key={prompt}>
                  <button
                    type="button"
                    popoverTarget="scenarios"
                    popoverTargetAction="hide"
                    onClick={() => onChoose(prompt)}
                  >
                    <code>{prompt}</code>
                    <span>{outcome}</span>
                  </button>
                </li>
              ))}
            </ul>
          </div>
        </>
      )}
    </div>
  );
}
