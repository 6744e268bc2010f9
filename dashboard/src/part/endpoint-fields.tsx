import type { Failure } from '../api/mutations.ts';
import type { EventType } from '../api/webhooks.ts';
import { issueFor } from '../issue.ts';
import { eventChoices, eventWords } from '../webhook-words.ts';
import { describedBy, Field } from './field.tsx';

/** What a form knows of an endpoint. */
export type EndpointDraft = {
  readonly url: string;
  readonly description: string;
  readonly eventTypes: readonly EventType[];
};

type EndpointFieldsProps = {
  readonly draft: EndpointDraft;
  readonly failure: Failure | undefined;
  readonly onChange: (part: Partial<EndpointDraft>) => void;
};

/** The fields of an endpoint, for the form that creates one and the form that changes one. */
export function EndpointFields({ draft, failure, onChange }: EndpointFieldsProps) {
  const { url, description, eventTypes } = draft;
  const urlIssue = issueFor(failure, 'url', 'URL');
  const descriptionIssue = issueFor(failure, 'description', 'Description');
  const eventsIssue = issueFor(failure, 'eventTypes', 'Events');
  const toggle = (type: EventType, isOn: boolean) =>
    onChange({ eventTypes: isOn ? [...eventTypes, type] : eventTypes.filter((each) => each !== type) });
  return (
    <>
      <Field id="endpoint-url" label="URL" issue={urlIssue}>
        <input
          id="endpoint-url"
          type="url"
          inputMode="url"
          autoComplete="off"
          spellCheck={false}
          placeholder="https://example.com/webhooks"
          value={url}
          onChange={({ target }) => onChange({ url: target.value })}
          {...describedBy('endpoint-url', urlIssue)}
        />
      </Field>
      <Field id="endpoint-description" label="Description" hint="optional" issue={descriptionIssue}>
        <input
          id="endpoint-description"
          value={description}
          autoComplete="off"
          onChange={({ target }) => onChange({ description: target.value })}
          {...describedBy('endpoint-description', descriptionIssue)}
        />
      </Field>
      <fieldset className="checks">
        <legend>Tell it when</legend>
        {eventChoices.map((type) => (
          <label key={type}>
            <input
              type="checkbox"
              checked={eventTypes.includes(type)}
              onChange={({ target }) => toggle(type, target.checked)}
            />
            <span>
              {eventWords[type].when} <code className="quiet">{eventWords[type].name}</code>
            </span>
          </label>
        ))}
        {eventsIssue !== undefined && <p className="issue">{eventsIssue}</p>}
      </fieldset>
    </>
  );
}
