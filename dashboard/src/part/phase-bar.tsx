import { type JobTimes, phasesOf } from '../phases.ts';
import { tenthsText, useNow } from '../time.ts';

/** Where the time of a job went: sending, the provider's queue and rendering, each as long as it took. */
export function PhaseBar({ times }: { readonly times: JobTimes }) {
  const now = useNow();
  const phases = phasesOf(times, Math.max(now, Date.parse(times.createdAt)));
  const whole = Math.max(
    0.001,
    phases.reduce((sum, { seconds }) => sum + seconds, 0),
  );
  return (
    <ul className="phases" aria-label="Where the time went">
      {phases.map(({ name, seconds }) => (
        <li key={name} data-phase={name} style={{ flexGrow: 1 + (100 * seconds) / whole }}>
          <span>
            {name} <span className="quiet">{tenthsText(seconds)}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
