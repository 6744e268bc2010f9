import { scenarios } from '../words.ts';

/** The scenarios of the sandbox: a click fills in the prompt. */
export function Scenarios({ onChoose }: { readonly onChoose: (prompt: string) => void }) {
  return (
    <details className="scenarios">
      <summary>Test scenarios</summary>
      <ul>
        {scenarios.map(({ prompt, outcome }) => (
          <li key={prompt}>
            <button type="button" onClick={() => onChoose(prompt)}>
              <code>{prompt}</code>
              <span>{outcome}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
