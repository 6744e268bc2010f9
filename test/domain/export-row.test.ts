import { describe, expect, it } from 'vitest';
import { auditRowOf, entryRowOf, exportKinds, headerLineOf, jobRowOf, lineOf } from '../../src/domain/export-row.ts';
import { uuidOf } from '../schema/world.ts';
import { sampleJob } from './sample.ts';

const entry = {
  id: uuidOf(2),
  accountId: uuidOf(3),
  number: 7,
  kind: 'CAPTURE',
  credits: -67,
  balanceAfter: 0,
  jobId: null,
  reason: null,
  idempotencyKey: null,
  createdAt: 0,
  owner: 'ada',
} as const;

const audited = {
  id: uuidOf(4),
  environment: 'TEST',
  at: 0,
  actor: 'user ada',
  action: 'credits.grant',
  target: 'user bob',
  reason: '=1+1',
  details: 'A=1\nB=2',
} as const;

const csvOf = (patch: object) => lineOf(entryRowOf({ ...entry, ...patch }, 'TEST', 'c'), 'csv');

describe('a line of an export', () => {
  it('has a cell for each column of the header', () => {
    expect(headerLineOf('ledger')).toMatch(/^cursor,id,userId,.*,createdAt\r\n$/);
    const rows = {
      jobs: jobRowOf(sampleJob(), 'c'),
      ledger: entryRowOf(entry, 'TEST', 'c'),
      audit: auditRowOf(audited, 'c'),
    };
    for (const kind of exportKinds) {
      expect(`${Object.keys(rows[kind]).join(',')}\r\n`).toBe(headerLineOf(kind));
      expect(JSON.parse(lineOf(rows[kind], 'ndjson'))).toEqual(rows[kind]);
    }
  });

  it('ends with CRLF and quotes what RFC 4180 asks to quote', () => {
    expect(csvOf({ reason: 'A "good", day\r\nor two' })).toMatch(/,"A ""good"", day\r\nor two",[^,]+Z\r\n$/);
    expect(csvOf({})).toMatch(/,ada,TEST,7,CAPTURE,-67,0,,,1970-01-01T00:00:00.000Z\r\n$/);
  });

  it('of the audit log keeps the lines of its details in one cell, and runs no reason', () => {
    expect(lineOf(auditRowOf(audited, 'c'), 'csv')).toBe(
      `c,TEST,1970-01-01T00:00:00.000Z,user ada,credits.grant,user bob,'=1+1,"A=1\nB=2"\r\n`,
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '=cmd|"/c calc"!A1'])(
    'is safe in a spreadsheet: %j',
    (text) => {
      const safe = `'${text}`;
      const cell = /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
      expect(csvOf({ owner: text })).toContain(`,${cell},TEST,`);
      expect(csvOf({ reason: text })).toContain(`,${cell},1970`);
      expect(JSON.parse(lineOf(entryRowOf({ ...entry, owner: text }, 'TEST', 'c'), 'ndjson')).userId).toBe(text);
    },
  );
});
