import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { useAllowed } from '../access.ts';
import { generateVideo } from '../api/mutations.ts';
import { quoteQuery } from '../api/operations.ts';
import { anyJob, useJobs } from '../jobs.ts';
import { useMedia } from '../media.ts';
import { CodePanel } from '../part/code-panel.tsx';
import { CreateForm } from '../part/create-form.tsx';
import { FilmStrip } from '../part/film-strip.tsx';
import { FirstSteps } from '../part/first-steps.tsx';
import { GraphiqlLink } from '../part/graphiql-link.tsx';
import { ResultPane } from '../part/result-pane.tsx';
import { TabPanel, Tabs } from '../part/tabs.tsx';
import { inputOf, playgroundPath, usePlayground, useShown } from '../playground.ts';
import { durationText } from '../time.ts';
import { useTitle } from '../title.ts';

const tabs = [
  { id: 'result', name: 'Result' },
  { id: 'code', name: 'Code' },
] as const;

/** The playground: the form, its result and its code side by side, and the recent results below. */
export function Create() {
  useTitle('Create');
  const [{ data }] = useQuery({ query: quoteQuery, requestPolicy: 'cache-and-network' });
  const playground = usePlayground();
  const shown = useShown();
  const list = useJobs(anyJob, 20);
  const [tab, setTab] = useState('result');
  useEffect(() => {
    if (shown.job === null) return;
    setTab('result');
    // On a narrow screen the result is below the form.
    if (matchMedia('(max-width: 900px)').matches) document.querySelector('.right')?.scrollIntoView();
  }, [shown.job]);
  const isWide = useMedia('(min-width: 1700px)');
  const canRead = useAllowed('JOBS_READ');
  const quote = data?.quote;
  const priceCredits = quote?.credits ?? null;
  const isWhole = !list.isLoading && list.error === null && !list.hasMore;
  const hasSample = canRead && isWhole && !list.jobs.some(({ video }) => video !== null);
  const result = <ResultPane playground={playground} priceCredits={priceCredits} hasSample={hasSample} />;
  return (
    <div className="create-page">
      <section className="card form-card" aria-labelledby="create-title">
        <h1 id="create-title">Create a video</h1>
        <p className="quiet">{expectation(quote?.typicalSeconds ?? null, quote?.slowSeconds ?? null)}</p>
        <CreateForm playground={playground} priceCredits={priceCredits} />
        <GraphiqlLink document={generateVideo} variables={{ input: inputOf(playground.draft) }} />
      </section>
      <div className="right">
        {isWide ? (
          <>
            <div className="panel">{result}</div>
            <CodePanel draft={playground.draft} />
          </>
        ) : (
          <>
            <Tabs label="Beside the form" tabs={tabs} chosen={tab} onChoose={setTab} />
            <TabPanel id={tab}>{tab === 'result' ? result : <CodePanel draft={playground.draft} />}</TabPanel>
          </>
        )}
      </div>
      {canRead && (
        <FilmStrip
          list={list}
          hrefOf={(job) => playgroundPath({ job: job.id, beside: null })}
          compareHrefOf={(job) => compareHref(shown.job, job.id)}
          shown={[shown.job, shown.beside]}
        />
      )}
      {canRead && !list.isLoading && (
        <FirstSteps
          hasVideo={list.jobs.some(({ status }) => status === 'COMPLETED')}
          onShowCode={() => setTab('code')}
        />
      )}
    </div>
  );
}

function compareHref(shown: string | null, id: string): string | null {
  return shown === null || shown === id ? null : playgroundPath({ job: shown, beside: id });
}

function expectation(typicalSeconds: number | null, slowSeconds: number | null): string {
  if (typicalSeconds === null || slowSeconds === null) return 'Turn a sentence into a few seconds of stock footage.';
  const [typical, slow] = [durationText(typicalSeconds), durationText(slowSeconds)];
  return typical === slow
    ? `Usually ready in ${typical}.`
    : `Usually ready in ${typical}, almost always within ${slow}.`;
}
