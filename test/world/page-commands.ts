/** One of our commands on a page of the documentation. */
export type PageCommand = {
  /** The line, or the words within a sentence. */
  readonly text: string;
  /** What stands before `reelgate`, such as `sudo -u reelgate `; empty where nothing does. */
  readonly start: string;
  /** What the program receives, as a shell reads it. */
  readonly words: readonly string[];
  /** Whether it stands in a block of commands, and runs as it stands. */
  readonly isLine: boolean;
};

/** What a command may begin with: `sudo -u reelgate `, `docker compose exec gateway `, `kubectl exec deploy/reelgate -- `, or nothing. */
const starts = String.raw`(?:sudo|docker (?:compose )?(?:exec|run)|kubectl exec) [^\n\x60]* |`;

/** Every command of ours on a page, in its order: the lines of its blocks, and those within sentences. */
export function commandsOf(page: string): readonly PageCommand[] {
  const found = page.matchAll(new RegExp(`^(${starts})reelgate (.+)$|\`(${starts})reelgate ([^\`]*)\``, 'gm'));
  return [...found].map(([text, lineStart, line, start, words]) => ({
    text,
    start: lineStart ?? start ?? '',
    words: wordsOf(line ?? words ?? ''),
    isLine: line !== undefined,
  }));
}

/** The words of a line, without its redirection. */
function wordsOf(line: string): readonly string[] {
  const words = [...line.replace(/ [<>] \S+$/, '').matchAll(/"([^"]*)"|(\S+)/g)];
  return words.map(([, quoted, plain]) => quoted ?? plain ?? '');
}
