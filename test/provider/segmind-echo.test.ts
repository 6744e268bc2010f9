import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mentionsEmptyAccount, mentionsSpentQuota } from '../../src/adapter/provider/segmind/empty-account-word.ts';
import { mentionsModeration, mentionsModerationOfContent } from '../../src/adapter/provider/segmind/moderation-word.ts';
import { withoutPrompt } from '../../src/adapter/provider/segmind/prompt-echo.ts';
import { json } from './misbehaving-server.ts';
import { jobOf, openWorld, yes } from './segmind-world.ts';

const loaded = [
  ...['credit card', 'credits', 'NSFW', 'nsfw', 'wallet', 'balance', 'payment', 'top-up', 'quota', 'recharge', 'funds'],
  ...['moderation', 'content policy', 'safety', 'sensitive', 'flagged', 'guideline', 'prohibited words', 'billing'],
  ...['余额', '充值', '敏感', '审核', 'crédito', 'Guthaben', 'solde', 'risk control', 'spending', 'plan limit'],
];

const plain = [
  'a woman',
  'with',
  'her',
  '2 people',
  'im Büro',
  'und',
  'Straße',
  'niño',
  'İstanbul',
  'sofa',
  '👩‍🚀',
  'x',
  'C:\\new',
  '50%',
];

/** Prompts full of words for money and moderation, with any white space and punctuation between them. */
const prompts = fc
  .array(
    fc.tuple(
      fc.constantFrom(...loaded, ...loaded, ...plain),
      fc.constantFrom(' ', ' ', ', ', '\n', '\t', ' “', '” ', ' "', '" ', '. ', '…', "'s ", ' & ', '—'),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) =>
    parts
      .map((part) => part.join(''))
      .join('')
      .trim(),
  );

/** Another way to write the same text. */
const writings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text.toUpperCase(),
  (text) => text.toLowerCase(),
  (text) => text.replace(/\s+/g, ' '),
  (text) => text.replace(/\s+/g, '\u00a0\r\n  '),
  (text) => text.normalize('NFD'),
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => JSON.stringify(JSON.stringify(text)).slice(1, -1),
  (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  (text) => encodeURIComponent(text),
];

/** How a provider repeats a prompt, or a part of it, in words that mean nothing. */
const frames: readonly ((echo: string) => string)[] = [
  (echo) => `Invalid text: "${echo}"`,
  (echo) => `Could not process “${echo}” today`,
  (echo) => `Unable to run '${echo}'.`,
  (echo) => `{"text_prompt":"${echo}"} is invalid`,
  (echo) => `Bad request (${echo}), try another`,
  (echo) => `Invalid prompt: ${echo}`,
];

/** Parts in their order, cut anywhere between two characters; `at` are two numbers in [0, 1). */
function cut(prompt: string, at: readonly [number, number]): string {
  const characters = [...prompt];
  const [from, to] = at.map((share) => Math.floor(share * characters.length)).toSorted((one, other) => one - other) as [
    number,
    number,
  ];
  return characters
    .slice(from, to + 1)
    .join('')
    .trim();
}

function classifies(text: string): boolean {
  return [mentionsEmptyAccount, mentionsSpentQuota, mentionsModeration, mentionsModerationOfContent].some((mentions) =>
    mentions(text),
  );
}

const share = fc.double({ min: 0, max: 0.999, noNaN: true });

const runs = { numRuns: 1000 };

describe('words that come only from the prompt', () => {
  it('never classify a text that repeats it, however it is written', () => {
    fc.assert(
      fc.property(prompts, fc.constantFrom(...writings), fc.constantFrom(...frames), (prompt, write, frame) => {
        const left = withoutPrompt(frame(write(prompt)), prompt);
        expect(classifies(left), left).toBe(false);
      }),
      runs,
    );
  });

  it('never classify a text that repeats a part of it between quotes or brackets', () => {
    fc.assert(
      fc.property(
        ...([
          prompts,
          fc.constantFrom(...writings),
          fc.constantFrom(...frames.slice(0, 5)),
          fc.tuple(share, share),
        ] as const),
        (prompt, write, frame, at) => {
          const left = withoutPrompt(frame(write(cut(prompt, at))), prompt);
          expect(classifies(left), left).toBe(false);
        },
      ),
      runs,
    );
  });

  it('never classify a text that ends with its start, cut off', () => {
    fc.assert(
      fc.property(
        prompts,
        fc.constantFrom(...writings),
        fc.constantFrom('', '…', '...'),
        share,
        (prompt, write, end, to) => {
          const left = withoutPrompt(`Invalid prompt: ${write(cut(prompt, [0, to]))}${end}`, prompt);
          expect(classifies(left), left).toBe(false);
        },
      ),
      runs,
    );
  });

  it('never classify a text that repeats 40 characters of it without any sign', () => {
    const long =
      'A woman with a credit card, all nsfw, her wallet in one hand, shows her account balance to the moderation team';
    fc.assert(
      fc.property(
        fc.constantFrom(...writings.slice(0, 9)),
        fc.nat(long.length - 40),
        fc.integer({ min: 40, max: 110 }),
        (write, from, length) => {
          const left = withoutPrompt(`We cannot show ${write(long.slice(from, from + length))} in this video`, long);
          expect(classifies(left), left).toBe(false);
        },
      ),
      runs,
    );
  });
});

describe('the provider’s own words', () => {
  it.each([
    ['Insufficient balance', 'work-life balance'],
    ['You have no credit left', 'a credit card on a table'],
    ['Your account balance is too low', 'A woman checks her account balance on the phone'],
    ['账户余额不足', '账户余额显示在手机上'],
    ['Insufficient credits', 'credits'],
    ['NSFW content detected in "a party"', 'a party, not nsfw'],
    ['Error: insufficient credits', 'credits roll over a film'],
    ['Your prompt "two people" was flagged', 'two people'],
    ['Invalid prompt "a wallet". Please top up your wallet', 'a wallet'],
  ])('“%s” still mean what they say beside the prompt “%s”', (text, prompt) => {
    expect(classifies(withoutPrompt(text, prompt))).toBe(true);
  });

  it('are kept around the echo, which becomes [prompt]', () => {
    expect(withoutPrompt('Bad prompt: "A \\"Wallet\\" on\\na table" (seed 7)', 'a "wallet" on\na table')).toBe(
      'Bad prompt: "[prompt]" (seed 7)',
    );
    expect(withoutPrompt('Invalid prompt: nsfw', 'nsfw')).toBe('Invalid prompt: [prompt]');
    expect(withoutPrompt('Invalid prompt: a credit c…', 'a credit card')).toBe('Invalid prompt: [prompt]…');
    expect(withoutPrompt('Out of memory', 'a')).toBe('Out of memory');
    expect(withoutPrompt('Out of memory', null)).toBe('Out of memory');
  });

  it('are found in a long response without a long search', () => {
    for (const part of ['a', '. ', 'a: ', '… ', 'a b ', '"a" ', '余'])
      expect(withoutPrompt(part.repeat(200_000), part.repeat(900)).length).toBeLessThanOrEqual(200_000);
  });
});

describe('a refusal that repeats the prompt', () => {
  it.each([
    ['nsfw', { error: 'Invalid prompt: "NSFW"' }],
    ['A woman pays with her credit card in a small shop', { error: 'Cannot parse "a woman pays with her credit c…"' }],
    [
      'A woman pays with her credit card in a small shop',
      { detail: [{ msg: 'Bad: …HER CREDIT\u00a0CARD IN A SMALL SHOP' }] },
    ],
    ['two "nsfw"\npeople', { error: 'Bad body {\\"text_prompt\\":\\"two \\\\\\"nsfw\\\\\\"\\\\npeople\\"}' }],
  ])('“%s” is neither an empty account nor moderation', async (prompt, body) => {
    for (const code of [400, 403, 422]) {
      const { segmind } = await openWorld(json(code, body));
      const expected = code === 403 ? 'PROVIDER_FORBIDDEN' : 'PROVIDER_BAD_REQUEST';
      expect(await segmind.submit(jobOf({ prompt }), yes)).toMatchObject({ failure: { code: expected } });
    }
    const { segmind, running } = await openWorld(json(200, { status: 'FAILED', ...body }));
    const { event } = await segmind.poll({ ...running, prompt });
    expect(event).toMatchObject({ type: 'failed', failure: { code: 'GENERATION_FAILED' } });
  });
});
