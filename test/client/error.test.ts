import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ErrorCode } from '../../client/src/index.ts';
import { projectRoot } from '../../src/lib/package.ts';
import type { ErrorCode as GatewayCode } from '../../src/server/graphql/errors.ts';

/** The gateway's codes. The compiler asks for each, and for no other. */
const ofGateway: Readonly<Record<GatewayCode, true>> = {
  GRAPHQL_PARSE_FAILED: true,
  GRAPHQL_VALIDATION_FAILED: true,
  BAD_USER_INPUT: true,
  UNAUTHENTICATED: true,
  FORBIDDEN: true,
  NOT_FOUND: true,
  RATE_LIMITED: true,
  PERSISTED_QUERY_NOT_FOUND: true,
  INTERNAL_SERVER_ERROR: true,
};

// Each way fails to compile if the kit lacks a code of the gateway, or has one that the gateway does not have.
const ofKit: Readonly<Record<Exclude<ErrorCode, 'NETWORK'>, true>> = ofGateway;
const both: typeof ofGateway = ofKit;

it('the kit’s error codes are those of the gateway, and docs/errors.md lists each', () => {
  const page = readFileSync(join(projectRoot(), 'docs/errors.md'), 'utf8');
  const section = page.split('## Error codes')[1]?.split('\n#')[0] ?? '';
  const listed = [...section.matchAll(/^\| `([A-Z_]+)`/gm)].map(([, code]) => code);
  expect(listed.sort()).toEqual(Object.keys(both).sort());
});
