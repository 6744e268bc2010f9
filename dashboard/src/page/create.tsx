import { useQuery } from 'urql';
import { generateVideo } from '../api/mutations.ts';
import { quoteQuery } from '../api/operations.ts';
import { CreateForm } from '../part/create-form.tsx';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { Latest } from '../part/latest.tsx';
import { durationText } from '../time.ts';
import { useTitle } from '../title.ts';

/** The form for a new video, beside the latest jobs. */
export function Create() {
  useTitle('Create');
  const [{ data }] = useQuery({ query: quoteQuery, requestPolicy: 'cache-and-network' });
  const quote = data?.quote;
  return (
    <div className="create-page">
      <section className="card" aria-labelledby="create-title">
        <h1 id="create-title">Create a video</h1>
        <p className="quiet">{expectation(quote?.typicalSeconds ?? null, quote?.slowSeconds ?? null)}</p>
        <CreateForm priceCredits={quote?.credits ?? null} />
        <GraphiqlLink document={generateVideo} variables={{ input: { prompt: 'Two people shaking hands' } }} />
      </section>
      <Latest />
    </div>
  );
}

function expectation(typicalSeconds: number | null, slowSeconds: number | null): string {
  if (typicalSeconds === null || slowSeconds === null) return 'Turn a sentence into a few seconds of stock footage.';
  const [typical, slow] = [durationText(typicalSeconds), durationText(slowSeconds)];
  return typical === slow
    ? `Usually ready in ${typical}.`
    : `Usually ready in ${typical}, almost always within ${slow}.`;
}
