/** Words of refusals and failures that mean that the content is not allowed. */
const moderationWords: readonly RegExp[] = [
  /moderat(?:ion|ed|or)/,
  /content[\s_-]*(?:policy|polici|filter|violat|restrict|reject|blocked)/,
  /(?:usage|use|community|acceptable use)[\s_-]*polic/,
  /policy[\s_-]*violation|violat\w*\s(?:\w+\s){0,3}polic/,
  /safety|unsafe/,
  /nsfw|not[\s_-]*safe[\s_-]*for[\s_-]*work/,
  /(?<!case[\s_-]*|in)sensitive/,
  /prohibited/,
  /guideline/,
  /risk[\s_-]*control/,
  /flagged/,
  /敏感|违规|违禁|审核|风控/,
];

/** Whether a text means that the content is not allowed. */
export function mentionsModeration(text: string): boolean {
  const plain = text.normalize('NFKC').toLowerCase();
  return moderationWords.some((word) => word.test(plain));
}
