/** A prompt in one line; the scenario of a sandbox prompt stands apart from its words. */
export function PromptWords({ text }: { readonly text: string }) {
  const [, scenario, rest] = /^(@test\/\S+)\s*(.*)$/s.exec(text) ?? [];
  if (scenario === undefined) return text;
  return (
    <>
      <span className="scenario">{scenario}</span> {rest}
    </>
  );
}
