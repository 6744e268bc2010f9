import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { createReelgate } from '../../client/src/index.ts';
import { aboutText, progressText } from '../../client/src/react/words.ts';
import { ReelgateProvider, ReelgateVideo, useCredits, useGenerate, useJob, useJobs } from '../../client/src/react.ts';
import { job, progress, video } from './sample.ts';

let requests = 0;

// A server renders pages for addresses that it does not know, and sends nothing meanwhile.
const client = createReelgate({
  url: '/graphql',
  fetch: () => {
    requests += 1;
    return Promise.reject(new Error('A server sends nothing.'));
  },
});

const render = (element: React.ReactNode) =>
  renderToString(<ReelgateProvider client={client}>{element}</ReelgateProvider>);

describe('on a server', () => {
  it('the hooks know nothing yet and send nothing', () => {
    function Page() {
      const { jobs, isLoading, hasMore } = useJobs();
      const { status } = useGenerate();
      const { job: none } = useJob('some');
      const { account } = useCredits();
      return <p>{JSON.stringify({ jobs, isLoading, hasMore, status, none, account })}</p>;
    }
    const html = render(<Page />).replaceAll('&quot;', '"');
    expect(html).toContain('{"jobs":[],"isLoading":true,"hasMore":false,"status":"idle","none":null,"account":null}');
    expect(requests).toBe(0);
  });

  it('a hook without a provider says what is missing', () => {
    expect(() => renderToString(<ReelgateVideo job="some" />)).toThrow('<ReelgateProvider client={…}>');
  });
});

describe('<ReelgateVideo>', () => {
  it('shows progress in words and as a bar, in the shape of the video', () => {
    const html = render(<ReelgateVideo job={job} />);
    expect(html).toContain('Rendering, about 30 seconds left');
    expect(html).toMatch(/<progress aria-label="[^"]+" value="0.25"/);
    expect(html).toContain('aspect-ratio:9 / 16');
  });

  it('shows the player with its poster, also of a late video', () => {
    const done = { ...job, status: 'COMPLETED', video } as const;
    expect(render(<ReelgateVideo job={done} />)).toMatch(
      /<video src="https:\S+1.mp4" controls=""[^>]*poster="https:\S+1.jpg"/,
    );
    const late = { ...job, status: 'FAILED', lateVideo: { ...video, posterUrl: null } } as const;
    expect(render(<ReelgateVideo job={late} />)).toMatch(/<video (?!.*poster)/);
    const gone = { ...done, video: { ...video, storage: 'GONE' } } as const;
    expect(render(<ReelgateVideo job={gone} />)).toContain('no longer kept');
  });

  it('shows why a job failed, and offers another try only where that may help', () => {
    const failed = (retryable: boolean) => ({
      ...job,
      status: 'FAILED' as const,
      failure: {
        __typename: 'GenerationFailedError',
        code: 'GENERATION_FAILED',
        message: 'It broke <b>',
        retryable,
      } as const,
    });
    const onRetry = () => undefined;
    expect(render(<ReelgateVideo job={failed(true)} onRetry={onRetry} />)).toMatch(
      /role="alert".*It broke &lt;b&gt;.*<button/,
    );
    expect(render(<ReelgateVideo job={failed(false)} onRetry={onRetry} />)).not.toContain('<button');
    expect(render(<ReelgateVideo job={failed(true)} />)).not.toContain('<button');
  });

  it('shows nothing without a job, and takes words of another language', () => {
    expect(render(<ReelgateVideo job={null} />)).toBe('');
    expect(render(<ReelgateVideo job={job} words={() => 'In Arbeit'} />)).toContain('In Arbeit');
  });

  it('takes its fixed words in another language, and keeps those that are left out', () => {
    const labels = { tryAgain: 'Noch einmal', notKept: 'Nicht mehr da', progress: 'Fortschritt' };
    const failure = {
      __typename: 'GenerationFailedError',
      code: 'GENERATION_FAILED',
      message: '!',
      retryable: true,
    } as const;
    const failed = { ...job, status: 'FAILED', failure } as const;
    const gone = { ...job, status: 'COMPLETED', video: { ...video, storage: 'GONE' } } as const;
    expect(render(<ReelgateVideo job={failed} labels={labels} onRetry={() => undefined} />)).toContain(
      '>Noch einmal</button>',
    );
    expect(render(<ReelgateVideo job={failed} labels={{}} onRetry={() => undefined} />)).toContain(
      '>Try again</button>',
    );
    expect(render(<ReelgateVideo job={gone} labels={labels} />)).toContain('Nicht mehr da');
    expect(render(<ReelgateVideo job={job} labels={labels} />)).toContain('aria-label="Fortschritt"');
  });
});

describe('progress', () => {
  it('is told in round numbers', () => {
    expect([3, 12, 44, 60, 100, 400].map(aboutText)).toEqual([
      'a few seconds',
      'about 10 seconds',
      'about 40 seconds',
      'about a minute',
      'about 2 minutes',
      'about 7 minutes',
    ]);
    expect(progressText({ ...job, progress: { ...progress, overdue: true } }, null)).toBe(
      'Rendering, taking longer than usual',
    );
  });
});
