/** Words of refusals that mean that the operator has no money left. */
const moneyWords: readonly RegExp[] = [
  /(?<!ac)credit(?![\s_-]*card)/,
  /(?<!(?:load|white|colou?r)[\s_-]*)balance(?![dr])/,
  /(?:^|[^a-z])funds?(?![a-z])|insufficient[\s_-]*(?:fund|quota)/,
  // Matches "the monthly spending limit", not "suspended".
  /(?<!su)spend/,
  /余额|额度|欠费/,
  /guthaben|\bsolde\b|\bsaldo\b|cr[eé]dito|cr[eé]dit(?![\s_-]*card)/,
];

/** Words for paying. Rate limits use them too, because paying customers may send more requests. */
const paymentWords: readonly RegExp[] = [
  /credit[\s_-]*card/,
  /billing/,
  /payment|unpaid/,
  /wallet/,
  // Matches "top-up needed", not "desktop upload" or "stop update".
  /(?<![a-z])top[\s_-]*up(?:s|ped)?(?![a-z])/,
  /recharge|充值/,
];

/** Words for a plan that is used up; a rate limit may use them, too. */
const planWords: readonly RegExp[] = [
  /quota(?!t)/,
  /plan[\s_-]*limit|\bplan\b.{0,40}(?:used up|exhausted|exceeded|limit|expired)/,
  /(?:used up|exhausted|exceeded|limit)\b.{0,40}\bplan\b/,
];

const allWords = [...moneyWords, ...paymentWords, ...planWords];

/** URLs and paths. */
const addresses = /https?:\/\/\S+|(?<![\w/])\/[\w-]+(?:\/[\w-]+)*/g;

/** Sentences about what a failure did not cost; they mean nothing about the account. */
const comfort =
  /refund|\bnot\b.{0,20}\b(?:charged|deducted|consumed|billed)|\bno\b.{0,20}\b(?:charged|deducted|consumed|used|billed)|returned|restored/;

/** Words for a rate limit. */
const rateWords =
  /per[\s_-]*(?:second|minute|hour|min|sec)\b|\/\s*(?:s|min|minute|second)\b|rate[\s_-]*limit|too[\s_-]*many|concurren|\brp[ms]\b/;

/** Whether a text means that the operator's account is empty. */
export function mentionsEmptyAccount(text: string): boolean {
  return hasOneOf(allWords, plain(text));
}

/** The same for a 429, where a quota of requests per minute only limits the rate, and a link to the billing page is no reason. */
export function mentionsSpentQuota(text: string): boolean {
  const words = plain(text);
  return hasOneOf(rateWords.test(words) ? moneyWords : allWords, words.replace(addresses, ' '));
}

function hasOneOf(words: readonly RegExp[], text: string): boolean {
  const clauses = text.split(/[.;!?]\s|\n/).filter((clause) => !comfort.test(clause));
  return clauses.some((clause) => words.some((word) => word.test(clause)));
}

function plain(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
