import { useQuery } from 'urql';
import { generateVideo } from '../api/mutations.ts';
import type { Viewer } from '../api/operations.ts';
import { quoteQuery } from '../api/operations.ts';
import { CreateForm } from '../part/create-form.tsx';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { Latest } from '../part/latest.tsx';
import { durationText } from '../time.ts';
import { useTitle } from '../title.ts';

/** Asks for a video, beside what became of the newest ones. */
export function Create({ viewer }: { readonly viewer: Viewer }) {
  useTitle('Create');
  const [{ data }] = useQuery({ query: quoteQuery, requestPolicy: 'cache-and-network' });
  const quote = data?.quote;
  return (
    <div className="create-page">
      <section className="card" aria-labelledby="create-title">
        <h1 id="create-title">Make a video</h1>
        <p className="quiet">{expectation(quote?.typicalSeconds ?? null, quote?.slowSeconds ?? null)}</p>
        <CreateForm viewer={viewer} priceCredits={quote?.credits ?? null} />
        <GraphiqlLink document={generateVideo} variables={{ input: { prompt: 'Two people shaking hands' } }} />
      </section>
      <Latest />
    </div>
  );
}

function expectation(typicalSeconds: number | null, slowSeconds: number | null): string {
  if (typicalSeconds === null || slowSeconds === null) return 'A few seconds of stock footage from a sentence.';
  const [typical, slow] = [durationText(typicalSeconds), durationText(slowSeconds)];
  return typical === slow
    ? `Usually ready in ${typical}.`
    : `Usually ready in ${typical}, nearly always within ${slow}.`;
}
