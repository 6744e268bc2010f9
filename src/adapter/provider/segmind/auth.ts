import { type HttpOutcome, isSuccess } from './response.ts';

/** How the key is sent: the provider's page says bearer, its SDK says x-api-key. */
export type AuthForm = 'bearer' | 'x-api-key' | 'both';

/** Header fields by name. */
type Fields = Readonly<Record<string, string>>;

type Attempt = (headers: Fields) => Promise<HttpOutcome>;

/** Sends requests with the key on them. */
export type Auth = {
  /**
   * Sends a request, and repeats it in the other form after a 401. If the second try never went out, the 401 stands.
   * Later requests start with the form that the provider accepted. `attempt` must not reject.
   */
  send(attempt: Attempt): Promise<HttpOutcome>;
};

/** `fields` are the headers that all requests have beside the key; `note` receives the outcome of every request. */
export type AuthOptions = {
  readonly form: AuthForm;
  readonly apiKey: string;
  readonly fields: Fields;
  readonly note: (outcome: HttpOutcome) => void;
};

const otherForms: Record<AuthForm, AuthForm | null> = { bearer: 'x-api-key', 'x-api-key': 'bearer', both: null };

/** Remembers which form works, for submits and polls alike. */
export function createAuth({ form: configured, apiKey, fields, note }: AuthOptions): Auth {
  const headersOf = (form: AuthForm) => ({
    other: otherForms[form],
    headers: { ...fields, ...keyFieldsOf(form, apiKey) },
  });
  let current = headersOf(configured);

  async function sendAgain(other: AuthForm, first: HttpOutcome, attempt: Attempt): Promise<HttpOutcome> {
    const next = headersOf(other);
    const second = await attempt(next.headers);
    if (second.type === 'notSent' || second.type === 'withheld') return first;
    if (acceptedKey(second)) current = next;
    return second;
  }

  return {
    async send(attempt) {
      // Read before the attempt: a parallel request may change `current` meanwhile.
      const { other, headers } = current;
      const first = await attempt(headers);
      const outcome = other !== null && isUnauthorized(first) ? await sendAgain(other, first, attempt) : first;
      note(outcome);
      return outcome;
    },
  };
}

function keyFieldsOf(form: AuthForm, apiKey: string): Fields {
  return {
    ...(form === 'x-api-key' ? {} : { authorization: `Bearer ${apiKey}` }),
    ...(form === 'bearer' ? {} : { 'x-api-key': apiKey }),
  };
}

function isUnauthorized(outcome: HttpOutcome): boolean {
  return outcome.type === 'answered' && outcome.response.status === 401;
}

/** Whether the response proves that the provider checked and accepted the key. A 403, a 429 or a proxy's response does not. */
function acceptedKey(outcome: HttpOutcome): boolean {
  if (outcome.type !== 'answered') return false;
  const { status } = outcome.response;
  return isSuccess(status) || [400, 404, 406, 410, 422].includes(status);
}
