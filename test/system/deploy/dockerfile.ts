/** One instruction of a Dockerfile, its continued lines joined. */
export type Instruction = { readonly word: string; readonly rest: string };

/** The stages of a Dockerfile, each starting with its FROM. Supports neither heredocs nor parser directives. */
export function stagesOf(text: string): readonly (readonly Instruction[])[] {
  const lines = text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n');
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (word === 'FROM') stages.push([]);
    stages.at(-1)?.push({ word, rest: rest.trim() });
  }
  return stages;
}

/** The arguments of an instruction in exec form, which needs no shell; null for any other form. */
export function execForm(rest: string): readonly string[] | null {
  const text = /\[.*\]$/.exec(rest)?.[0];
  if (text === undefined) return null;
  const words: unknown = JSON.parse(text);
  return Array.isArray(words) ? words.map(String) : null;
}
