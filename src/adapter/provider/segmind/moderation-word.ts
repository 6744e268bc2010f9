/** Words of refusals and failures that mean that the content is not allowed. */
const moderationWords: readonly RegExp[] = [
  /moderat(?:ion|ed|or)/,
  /content[\s_-]*(?:policy|polici|filter|violat|restrict|reject|blocked)/,
  /(?:usage|use|community|acceptable use)[\s_-]*polic/,
  /policy[\s_-]*violation|violat\w*\s(?:\w+\s){0,3}polic/,
  /(?<!thread[\s_-]*)(?:safety|unsafe)/,
  /nsfw|not[\s_-]*safe[\s_-]*for[\s_-]*work/,
  /(?<!case[\s_-]*|in)sensitive/,
  /guideline/,
  /risk[\s_-]*control/,
  /flagged/,
  /敏感|违规|违禁|审核|风控/,
];

const prohibited = /prohibited/;

/** Words for what a job asks for or shows; `[prompt]` only marks an echo of the prompt. */
const content =
  '(?<![a-z[])(?:contents?|prompts?|safety|words?|terms?|language|topics?|subjects?|material|images?)(?![a-z])';

/** `prohibited` of such a thing, unlike "access to this workflow is prohibited". */
const prohibitedContent = new RegExp(`prohibited.{0,40}${content}|${content}.{0,40}prohibited`);

/** Whether a text means that the content is not allowed. */
export function mentionsModeration(text: string): boolean {
  return hasOneOf([...moderationWords, prohibited], text);
}

/** The same for a 403, which may prohibit the access: there `prohibited` counts only near a word for the content. */
export function mentionsModerationOfContent(text: string): boolean {
  return hasOneOf([...moderationWords, prohibitedContent], text);
}

function hasOneOf(words: readonly RegExp[], text: string): boolean {
  const plain = text.normalize('NFKC').toLowerCase();
  return words.some((word) => word.test(plain));
}
