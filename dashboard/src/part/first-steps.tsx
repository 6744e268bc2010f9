import { useAllowed } from '../access.ts';
import { prefer, usePreference } from '../preference.ts';
import { addressOf } from '../route.ts';
import { withSession } from '../session.ts';
import { Icon } from './icon.tsx';
import { Link } from './link.tsx';

type Step = 'video' | 'graphiql' | 'code' | 'key';

/** The steps that are done, with one more; '' or null: none so far. */
export function stepsAfter(steps: string | null, step: Step): string {
  return [...new Set([...(steps ?? '').split(' '), step])].join(' ').trim();
}

type FirstStepsProps = {
  /** Whether the viewer has made a video. */
  readonly hasVideo: boolean;
  readonly onShowCode: () => void;
};

/** What a newcomer does first, each step with a link and a mark once it is done. */
export function FirstSteps({ hasVideo, onShowCode }: FirstStepsProps) {
  const done = usePreference('steps');
  const isAdmin = useAllowed('ADMIN');
  const isDone = (step: Step) => (done ?? '').split(' ').includes(step);
  const finish = (step: Step) => prefer('steps', stepsAfter(done, step));
  if (done === 'closed' || (isDone('graphiql') && isDone('code') && hasVideo)) return null;
  return (
    <section className="first-steps card" aria-labelledby="first-steps-title">
      <div className="head">
        <h2 id="first-steps-title">First steps</h2>
        <button type="button" className="plain small" onClick={() => prefer('steps', 'closed')}>
          Hide
        </button>
      </div>
      <ol>
        <StepItem isDone={hasVideo}>
          <button type="button" className="link" onClick={() => document.getElementById('prompt')?.focus()}>
            Create a video
          </button>
          <span className="quiet">Type a sentence or choose an example.</span>
        </StepItem>
        <StepItem isDone={isDone('graphiql')}>
          <a href={addressOf('/graphql')} target="_blank" rel={withSession} onClick={() => finish('graphiql')}>
            Watch it in GraphiQL
          </a>
          <span className="quiet">Its second tab follows all your jobs live.</span>
        </StepItem>
        <StepItem isDone={isDone('code')}>
          <button type="button" className="link" onClick={onShowCode}>
            Copy the code
          </button>
          <span className="quiet">curl, TypeScript or Python, for exactly your input.</span>
        </StepItem>
        {isAdmin && (
          <StepItem isDone={isDone('key')}>
            <Link href="/keys" onClick={() => finish('key')}>
              Make an API key
            </Link>
            <span className="quiet">So that your own program can call the gateway.</span>
          </StepItem>
        )}
      </ol>
    </section>
  );
}

function StepItem({ isDone, children }: { readonly isDone: boolean; readonly children: React.ReactNode }) {
  return (
    <li data-done={isDone}>
      <span className="mark">{isDone && <Icon name="check" />}</span>
      {isDone && <span className="unseen">Done: </span>}
      {children}
    </li>
  );
}
