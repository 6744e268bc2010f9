/** What tabs of one gateway send each other. None of it is secret: an answer comes on a channel of its own. */
type Message =
  | { readonly kind: 'offer'; readonly href: string }
  | { readonly kind: 'ask'; readonly href: string; readonly answerOn: string };

/** The links that the user of this tab has just opened in new tabs. */
export type Handover = {
  /** The next tab that opens this address within `ms` gets the credential. */
  offer(href: string, ms: number): void;
  /** Takes every offer back. */
  withdraw(): void;
  close(): void;
};

type HandoverDeps = {
  readonly credential: () => string | null;
  /** In milliseconds. */
  readonly now: () => number;
};

/**
 * Hands the credential of this tab to new tabs that open what has been offered, once each. The user works in one tab at a time, so an
 * offer replaces those of other tabs for the same address.
 */
export function createHandover(name: string, { credential, now }: HandoverDeps): Handover {
  const channel = new BroadcastChannel(name);
  let offers: { readonly href: string; readonly until: number }[] = [];
  const drop = (href: string) => {
    offers = offers.filter((offer) => offer.href !== href && offer.until > now());
  };
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    const isOffered = offers.some(({ href, until }) => href === data.href && until > now());
    drop(data.href);
    const given = credential();
    if (data.kind !== 'ask' || !isOffered || given === null) return;
    const answer = new BroadcastChannel(data.answerOn);
    answer.postMessage(given);
    answer.close();
  };
  return {
    offer(href, ms) {
      drop(href);
      offers.push({ href, until: now() + ms });
      channel.postMessage({ kind: 'offer', href } satisfies Message);
    },
    withdraw() {
      offers = [];
    },
    close: () => channel.close(),
  };
}

/** Asks the tab that opened `href` for its credential. `accept` is called at most once, within `ms`. */
export function askForCredential(
  name: string,
  href: string,
  { accept, ms }: { readonly accept: (credential: string) => void; readonly ms: number },
): void {
  const answerOn = `${name}.${crypto.getRandomValues(new Uint32Array(4)).join('-')}`;
  const answer = new BroadcastChannel(answerOn);
  const timer = setTimeout(() => answer.close(), ms);
  answer.onmessage = ({ data }: MessageEvent<string>) => {
    clearTimeout(timer);
    answer.close();
    accept(data);
  };
  const channel = new BroadcastChannel(name);
  channel.postMessage({ kind: 'ask', href, answerOn } satisfies Message);
  channel.close();
}
