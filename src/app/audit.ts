import type { Config } from '../config/config.ts';
import { type AuditEntry, gatewayActor } from '../domain/audit.ts';
import type { Environment } from '../domain/job.ts';
import type { Clock, Store } from '../ports.ts';

/**
 * Records the settings of a start in each environment's audit log, if they differ from those of the entry before it. Of several nodes with
 * the same settings only the first adds one.
 */
export async function auditSettings(config: Config, { store, clock }: { store: Store; clock: Clock }): Promise<void> {
  const environments: readonly Environment[] = config.segmind === null ? ['TEST'] : ['LIVE', 'TEST'];
  const details = textOf(config.effective);
  for (const environment of environments)
    await store.addAuditChange(environment, 'settings.start', (newest) =>
      newest?.details === details ? null : entryOf({ environment, details, newest, clock }),
    );
}

type Change = {
  readonly environment: Environment;
  readonly details: string;
  readonly newest: AuditEntry | null;
  readonly clock: Clock;
};

function entryOf({ environment, details, newest, clock }: Change): AuditEntry {
  return {
    id: clock.newId(),
    environment,
    at: clock.now(),
    actor: gatewayActor,
    action: 'settings.start',
    target: 'installation',
    reason:
      newest === null ? 'The first start with an audit log.' : `Changed: ${changedOf(newest.details ?? '', details)}.`,
    details,
  };
}

/** One setting a line, sorted by name. */
function textOf(effective: Config['effective']): string {
  return [...effective]
    .map(([name, value]) => `${name}=${value}`)
    .toSorted()
    .join('\n');
}

/** The names whose lines differ. */
function changedOf(before: string, after: string): string {
  const [old, current] = [before.split('\n'), after.split('\n')];
  const lines = [...old.filter((line) => !current.includes(line)), ...current.filter((line) => !old.includes(line))];
  const names = lines.map((line) => line.split('=')[0] ?? '');
  return [...new Set(names)].toSorted().join(', ');
}
