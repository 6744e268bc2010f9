import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openErrorOf } from '../../src/adapter/store/postgres/engine/open-fault.ts';

const page = readFileSync(new URL('../../docs/network.md', import.meta.url), 'utf8');

/** Errors as the server and the driver give them, by what docs/network.md says that the start says. */
const errors: Readonly<Record<string, readonly [code: string, message: string]>> = {
  'has no rule in its pg_hba.conf that lets this user in': ['28000', 'no pg_hba.conf entry for host "10.0.0.7"'],
  'does not let the user of DATABASE_URL in': ['28000', 'role "ana" is not permitted to log in'],
  'refuses the user or the password': ['28P01', 'password authentication failed for user "ana"'],
  'asks for a password, and DATABASE_URL has none': [
    '–',
    'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string',
  ],
  'accepts no more connections': ['53300', 'sorry, too many clients already'],
  'has no such database': ['3D000', 'database "reelgate" does not exist'],
  'lacks rights in': ['42501', 'permission denied for schema public'],
  'cannot be written to': ['25006', 'cannot execute CREATE TABLE in a read-only transaction'],
  'comes from an unknown authority': ['–', 'self-signed certificate in certificate chain'],
  'is for another host': ['–', "Hostname/IP does not match certificate's altnames"],
  'offers no TLS': ['–', 'The server does not support SSL connections'],
};

/** What Node.js calls the errors for which PostgreSQL has no code. */
const nodeCodes: Readonly<Record<string, string>> = {
  'comes from an unknown authority': 'SELF_SIGNED_CERT_IN_CHAIN',
  'is for another host': 'ERR_TLS_CERT_ALTNAME_INVALID',
};

test('docs/network.md quotes what the start says about PostgreSQL, with the code', () => {
  const rows = [...page.matchAll(/^\| `([^`]+)` +\| (\S+) +\| /gm)].filter(([, , code]) =>
    /^(\w{5}|–)$/.test(code ?? ''),
  );
  expect(rows.map(([, says]) => says)).toEqual(Object.keys(errors));
  for (const [, says = '', shownCode] of rows) {
    const [code, message] = errors[says] ?? ['', ''];
    expect([says, shownCode]).toEqual([says, code]);
    const error = Object.assign(new Error(message), code === '–' ? { code: nodeCodes[says] } : { code });
    expect(openErrorOf(error, 'postgres://ana@db/reelgate')).toMatchObject({ message: expect.stringContaining(says) });
  }
});
