import { useState } from 'react';

/** About three lines on a wide screen. */
const mostShown = 240;
const mostLines = 3;

/** A job's prompt as the heading of its page: a long one is cut, and shown whole on request. */
export function PromptHeading({ id, prompt }: { readonly id: string; readonly prompt: string }) {
  const [isWhole, setWhole] = useState(false);
  const isLong = [...prompt].length > mostShown || prompt.split('\n').length > mostLines;
  return (
    <div className="prompt-heading" data-long={isLong} data-whole={isWhole}>
      <h1 id={id} dir="auto">
        {prompt}
      </h1>
      {isLong && (
        <button type="button" className="plain" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show less' : 'Show the whole prompt'}
        </button>
      )}
    </div>
  );
}
