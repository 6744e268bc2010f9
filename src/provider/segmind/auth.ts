import { isSuccess, type Reply } from './answer.ts';

/** How the key is sent: the provider's page says bearer, its SDK says x-api-key. */
export type AuthForm = 'bearer' | 'x-api-key' | 'both';

/** Sends requests with the key on them. */
export type Auth = {
  /**
   * Sends once, and once more in the other form after a 401. A second try that never went out leaves the 401 standing; a form that
   * the provider took is used first from then on.
   */
  send(attempt: (headers: Readonly<Record<string, string>>) => Promise<Reply>): Promise<Reply>;
};

const otherForms: Record<AuthForm, AuthForm | null> = { bearer: 'x-api-key', 'x-api-key': 'bearer', both: null };

/** Remembers which form works, for submits and looks alike. */
export function createAuth(configured: AuthForm, apiKey: string): Auth {
  let form = configured;
  return {
    async send(attempt) {
      const first = await attempt(headersOf(form, apiKey));
      const other = otherForms[form];
      if (other === null || !isUnauthorized(first)) return first;
      const second = await attempt(headersOf(other, apiKey));
      if (second.type === 'notSent' || second.type === 'withheld') return first;
      if (tookKey(second)) form = other;
      return second;
    },
  };
}

function headersOf(form: AuthForm, apiKey: string): Readonly<Record<string, string>> {
  return {
    ...(form === 'x-api-key' ? {} : { authorization: `Bearer ${apiKey}` }),
    ...(form === 'bearer' ? {} : { 'x-api-key': apiKey }),
  };
}

function isUnauthorized(reply: Reply): boolean {
  return reply.type === 'answered' && reply.answer.status === 401;
}

/** Whether an answer shows that the key was looked at and taken: not so 403, 429, and what proxies answer. */
function tookKey(reply: Reply): boolean {
  if (reply.type !== 'answered') return false;
  const { status } = reply.answer;
  return isSuccess(status) || [400, 404, 406, 410, 422].includes(status);
}
