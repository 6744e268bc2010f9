import { isSuccess, type Reply } from './response.ts';

/** How the key is sent: the provider's page says bearer, its SDK says x-api-key. */
export type AuthForm = 'bearer' | 'x-api-key' | 'both';

/** Header fields by name. */
type Fields = Readonly<Record<string, string>>;

type Attempt = (headers: Fields) => Promise<Reply>;

/** Sends requests with the key on them. */
export type Auth = {
  /**
   * Sends once, and once more in the other form after a 401. A second try that never went out leaves the 401 standing; a form that
   * the provider took is used first from then on. `attempt` must not reject.
   */
  send(attempt: Attempt): Promise<Reply>;
};

/** What requests are sent with: the fields that all have beside the key, and who is told every reply that stands. */
export type AuthOptions = {
  readonly form: AuthForm;
  readonly apiKey: string;
  readonly fields: Fields;
  readonly note: (reply: Reply) => void;
};

const otherForms: Record<AuthForm, AuthForm | null> = { bearer: 'x-api-key', 'x-api-key': 'bearer', both: null };

/** Remembers which form works, for submits and looks alike. */
export function createAuth({ form: configured, apiKey, fields, note }: AuthOptions): Auth {
  const wayOf = (form: AuthForm) => ({ other: otherForms[form], headers: { ...fields, ...keyFieldsOf(form, apiKey) } });
  let way = wayOf(configured);

  async function sendAgain(other: AuthForm, first: Reply, attempt: Attempt): Promise<Reply> {
    const next = wayOf(other);
    const second = await attempt(next.headers);
    if (second.type === 'notSent' || second.type === 'withheld') return first;
    if (tookKey(second)) way = next;
    return second;
  }

  return {
    async send(attempt) {
      // Not to be asked after the attempt: others may have found by then which form works.
      const { other, headers } = way;
      const first = await attempt(headers);
      const reply = other !== null && isUnauthorized(first) ? await sendAgain(other, first, attempt) : first;
      note(reply);
      return reply;
    },
  };
}

function keyFieldsOf(form: AuthForm, apiKey: string): Fields {
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
