import { readFileSync } from 'node:fs';
import { ConfigError, readConfig } from '../../src/config/config.ts';
import type { Variables } from '../../src/config/env.ts';

/** The sentences with which the configuration refuses these variables; empty if it accepts them. */
export function problemOf(variables: Variables): string {
  try {
    readConfig(variables);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return '';
}

/** The settings that docs/configuration.md has in its table. */
export function settingNames(): readonly string[] {
  const text = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');
  const rows = text.matchAll(/^\| (`[A-Z].*?) +\|/gm);
  return [...rows].flatMap(([, cell = '']) => [...cell.matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name = '']) => name));
}
