/** A page of a bucket's names. `next`: the token of the page that follows; null after the last. */
export type S3Listing = {
  readonly entries: readonly { readonly key: string; readonly changedAt: number }[];
  readonly next: string | null;
};

/** Parses a ListBucketResult of version 2. An entry without a time counts as changed just now, so that no sweep takes it. */
export function readListing(xml: string): S3Listing {
  const entries = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, entry = '']) => {
    const changedAt = Date.parse(textOf(entry, 'LastModified') ?? '');
    return { key: textOf(entry, 'Key') ?? '', changedAt: Number.isNaN(changedAt) ? Date.now() : changedAt };
  });
  const isTruncated = textOf(xml, 'IsTruncated') === 'true';
  return { entries, next: isTruncated ? textOf(xml, 'NextContinuationToken') : null };
}

/** The text of the first element of a name; null if there is none. */
export function textOf(xml: string, element: string): string | null {
  const [, text = null] = new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml) ?? [];
  return (
    text?.replace(/&(#x?)?(\w+);/g, (whole, number: string | undefined, word: string) => {
      if (number === undefined) return entities[word] ?? whole;
      return String.fromCodePoint(Number.parseInt(word, number === '#' ? 10 : 16));
    }) ?? null
  );
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
