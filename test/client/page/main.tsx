import { createReelgate } from '@reelgate/client';
import { ReelgateProvider, ReelgateVideo, useCredits, useGenerate, useJobs, useReelgate } from '@reelgate/client/react';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

// A page of the tests. Its address says who uses it, and whether it requests a video by itself: /app?user=ada&auto=A+prompt
const parameters = new URLSearchParams(location.search);
const user = parameters.get('user') ?? 'ada';
const auto = parameters.get('auto');

const client = createReelgate({
  url: '/graphql',
  token: async () => (await fetch(`/token?user=${user}`)).text(),
  user,
});

function Form() {
  const { generate, status, job, failure, error } = useGenerate();
  const [prompt, setPrompt] = useState('');
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        generate({ prompt }).catch(() => undefined);
      }}
    >
      <input aria-label="Prompt" value={prompt} onChange={(event) => setPrompt(event.target.value)} />
      <button type="submit">Create</button>
      <output>{status}</output>
      {failure !== null && <p>{failure.message}</p>}
      {error !== null && <p>{error.message}</p>}
      <ReelgateVideo job={job} onRetry={() => undefined} />
    </form>
  );
}

/** Requests a video as soon as it is shown, as a page does that an order leads to. */
function Automatic({ prompt }: { readonly prompt: string }) {
  const { generate, job } = useGenerate();
  useEffect(() => {
    generate({ prompt }).catch(() => undefined);
  }, [generate, prompt]);
  return <ReelgateVideo job={job} />;
}

function List() {
  const { jobs, isLoading } = useJobs({ first: 10 });
  const { account } = useCredits();
  const way = useWay();
  return (
    <>
      <p data-way={way}>{isLoading ? 'Loading' : `${account?.held ?? '?'} credits held`}</p>
      <ul>
        {jobs.map(({ id, prompt, status }) => (
          <li key={id} data-job={id}>
            {prompt}: {status}
          </li>
        ))}
      </ul>
    </>
  );
}

function useWay(): string {
  const reelgate = useReelgate();
  const [way, setWay] = useState<string>(reelgate.way());
  useEffect(() => {
    const timer = setInterval(() => setWay(reelgate.way()), 100);
    return () => clearInterval(timer);
  }, [reelgate]);
  return way;
}

createRoot(document.body).render(
  <StrictMode>
    <ReelgateProvider client={client}>
      {auto === null ? <Form /> : <Automatic prompt={auto} />}
      <List />
    </ReelgateProvider>
  </StrictMode>,
);
