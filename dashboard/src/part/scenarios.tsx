import { scenarios } from '../words.ts';

/** What the sandbox does when asked to: one click writes the prompt. */
export function Scenarios({ onChoose }: { readonly onChoose: (prompt: string) => void }) {
  return (
    <details className="scenarios">
      <summary>Test scenarios</summary>
      <ul>
        {scenarios.map(({ prompt, says }) => (
          <li key={prompt}>
            <button type="button" onClick={() => onChoose(prompt)}>
              <code>{prompt}</code>
              <span>{says}</span>
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
