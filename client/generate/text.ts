/** A constant with a text that is broken into lines. */
export function constant(description: string, name: string, text: string): string {
  const words = wrap(text, 110).map((line, at, lines) => `  '${line}${at < lines.length - 1 ? ' ' : ''}'`);
  return `/** ${description} */\nexport const ${name} =\n${words.join(' +\n')};\n`;
}

/** A description as a comment; '' where there is none. */
export function comment(description: string | null | undefined, indent = ''): string {
  if (!description) return '';
  const lines = wrap(description.replaceAll('*/', '* /'), 130);
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
