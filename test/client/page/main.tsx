import { createReelgate } from '@reelgate/client';
import {
  ReelgateProvider,
  ReelgateVideo,
  useConnection,
  useCredits,
  useGenerate,
  useJobs,
  useReelgate,
} from '@reelgate/client/react';
import { StrictMode, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

// A page of the tests. Its address says who uses it, how many jobs it lists at first, and whether it requests a video by itself:
// /app?user=ada&first=2&auto=A+prompt
const parameters = new URLSearchParams(location.search);
const user = parameters.get('user') ?? 'ada';
const auto = parameters.get('auto');
const first = Number(parameters.get('first') ?? 10);

const client = createReelgate({
  url: '/graphql',
  token: async () => (await fetch(`/token?user=${user}`)).text(),
  user,
});

function Form() {
  const { generate, reset, status, job, failure, error } = useGenerate();
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
      <button type="button" onClick={reset}>
        Reset
      </button>
      <output>{status}</output>
      {failure !== null && <p>{failure.message}</p>}
      {error !== null && <p>{error.message}</p>}
      <ReelgateVideo job={job} onRetry={() => undefined} />
    </form>
  );
}

/** A form that can be left and shown again. */
function Leavable() {
  const [isShown, setIsShown] = useState(true);
  return (
    <>
      <button type="button" onClick={() => setIsShown(!isShown)}>
        {isShown ? 'Leave' : 'Return'}
      </button>
      {isShown && <Form />}
    </>
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
  const { jobs, isLoading, hasMore, loadMore } = useJobs({ first });
  const { account } = useCredits();
  const way = useWay();
  const connection = useConnection();
  return (
    <>
      <p data-way={way} data-connection={connection}>
        {isLoading ? 'Loading' : `${account?.held ?? '?'} credits held`}
      </p>
      <ul>
        {jobs.map(({ id, prompt, status }) => (
          <li key={id} data-job={id}>
            {prompt}: {status}
          </li>
        ))}
      </ul>
      {hasMore && (
        <button
          type="button"
          onClick={() => {
            loadMore().catch(() => undefined);
          }}
        >
          More
        </button>
      )}
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
      {auto === null ? <Leavable /> : <Automatic prompt={auto} />}
      <List />
    </ReelgateProvider>
  </StrictMode>,
);
