import { useState } from 'react';
import { languages } from '../code/languages.ts';
import type { DraftInput } from '../draft.ts';
import { inputOf } from '../playground.ts';
import { prefer, usePreference } from '../preference.ts';
import { addressOf } from '../route.ts';
import { currentSession } from '../session.ts';
import { CopyButton } from './copy-button.tsx';
import { stepsAfter } from './first-steps.tsx';
import { TabPanel, Tabs } from './tabs.tsx';

/** Stands for the prompt as long as the form has none. */
const examplePrompt = 'A barista pours latte art in morning light';

/** The request of the form as code, ready to copy. A token is never part of it. */
export function CodePanel({ draft }: { readonly draft: DraftInput }) {
  const [chosen, choose] = useState('curl');
  const steps = usePreference('steps');
  const language = languages.find(({ id }) => id === chosen);
  const prompt = draft.prompt.trim() === '' ? examplePrompt : draft.prompt;
  const needsToken = currentSession().credential !== null;
  const url = `${location.origin}${addressOf('/graphql')}`;
  const code = language?.codeOf({ url, input: inputOf({ ...draft, prompt }), needsToken }) ?? '';
  return (
    <section className="code-panel" aria-label="Code for this video">
      <div className="head">
        <Tabs label="Language" tabs={languages} chosen={chosen} onChoose={choose} />
        <CopyButton
          className="small"
          text={code}
          name="Copy code"
          onCopied={() => prefer('steps', stepsAfter(steps, 'code'))}
        />
      </div>
      <TabPanel id={chosen}>
        <pre>
          <code>{code}</code>
        </pre>
      </TabPanel>
      <p className="quiet">
        {needsToken ? 'The code reads your token from REELGATE_TOKEN. ' : ''}
        <a href={addressOf('/docs/clients')} target="_blank" rel="noopener">
          More about clients
        </a>
      </p>
    </section>
  );
}
