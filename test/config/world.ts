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
