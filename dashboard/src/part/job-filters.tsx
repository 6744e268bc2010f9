import { useEffect, useRef, useState } from 'react';
import { failureCodes } from '../failure.ts';
import { everyJob, isFiltered, type JobView, statusChoices } from '../job-view.ts';
import type { ShownView } from '../shown-view.ts';
import { aspectRatios } from '../words.ts';
import { Icon } from './icon.tsx';

type JobFiltersProps = { readonly view: ShownView; readonly onChange: (part: Partial<JobView>) => void };

const searchAfterMs = 250;

/** The filters of the jobs. The address holds them, so a view can be bookmarked and Back finds it again. */
export function JobFilters({ view, onChange }: JobFiltersProps) {
  const { status, failure, shape, from, to, isGrid } = view;
  return (
    <div className="filters">
      <Search value={view.search} onChange={(search) => onChange({ search })} />
      <fieldset className="choices" aria-label="Filter by status">
        {statusChoices.map(({ name }) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === status}
            onClick={() => onChange({ status: name, failure: null })}
          >
            {name}
          </button>
        ))}
      </fieldset>
      <details className="more-filters" open={failure !== null || shape !== null || from !== null || to !== null}>
        <summary>More filters</summary>
        <div>
          <Choice
            label="Shape"
            value={shape ?? ''}
            options={aspectRatios.map(({ value, name }) => [value, name])}
            onChange={(value) => onChange({ shape: aspectRatios.find((each) => each.value === value)?.value ?? null })}
          />
          <Choice
            label="Failure"
            value={failure ?? ''}
            options={failureCodes.map((code) => [code, wordsOf(code)])}
            onChange={(value) => onChange({ failure: value === '' ? null : value, status: everyJob.status })}
          />
          <Day label="From" value={from} onChange={(day) => onChange({ from: day })} />
          <Day label="Until" value={to} onChange={(day) => onChange({ to: day })} />
          {isFiltered({ ...view, status: everyJob.status }) && (
            <button
              type="button"
              className="plain"
              onClick={() => onChange({ failure: null, shape: null, from: null, to: null, search: '' })}
            >
              Clear
            </button>
          )}
        </div>
      </details>
      <fieldset className="choices views" aria-label="Show as">
        <button type="button" aria-pressed={!isGrid} title="Rows" onClick={() => onChange({ isGrid: false })}>
          <Icon name="list" />
          <span className="unseen">Rows</span>
        </button>
        <button type="button" aria-pressed={isGrid} title="Grid" onClick={() => onChange({ isGrid: true })}>
          <Icon name="grid" />
          <span className="unseen">Grid</span>
        </button>
      </fieldset>
    </div>
  );
}

/** The search; the list follows once the typing pauses. */
function Search({ value, onChange }: { readonly value: string; readonly onChange: (search: string) => void }) {
  const [text, setText] = useState(value);
  const newest = useRef(onChange);
  newest.current = onChange;
  useEffect(() => setText(value), [value]);
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => newest.current(text), searchAfterMs);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <input
      id="search"
      type="search"
      value={text}
      onChange={({ target }) => setText(target.value)}
      placeholder="Search prompts, or ref:order-7"
      title="ref: finds a whole reference, exactly as written, among all jobs"
      aria-label="Search jobs"
    />
  );
}

type ChoiceProps = {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, name: string])[];
  readonly onChange: (value: string) => void;
};

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label>
      <span className="quiet">{label}</span>
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">Any</option>
        {options.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

type DayProps = {
  readonly label: string;
  readonly value: string | null;
  readonly onChange: (day: string | null) => void;
};

function Day({ label, value, onChange }: DayProps) {
  return (
    <label>
      <span className="quiet">{label}</span>
      <input
        type="date"
        value={value ?? ''}
        onChange={({ target }) => onChange(target.value === '' ? null : target.value)}
      />
    </label>
  );
}

/** A failure code in words: `CONTENT_REJECTED` is `Content rejected`. */
function wordsOf(code: string): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
