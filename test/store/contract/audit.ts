import { describe, expect, test } from 'vitest';
import type { AuditEntry } from '../../../src/domain/audit.ts';
import { bob, first, keyOf, newId, type OpenDatabase, start } from './world.ts';

/** An entry of a grant. */
export function entryOf(patch: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: newId(),
    environment: 'TEST',
    at: start,
    actor: 'user alice',
    action: 'credits.grant',
    target: 'user bob',
    reason: 'A gift',
    details: '10 credits',
    ...patch,
  };
}

const grant = {
  account: bob,
  credits: 10,
  reason: 'A gift',
  idempotencyKey: 'once',
  signupCredits: 0,
  createdAt: start,
};

export function describeAudit(open: OpenDatabase): void {
  describe('the audit log', () => {
    test('is read newest first, by environment and page', async () => {
      const { store } = await open();
      const entries = [
        entryOf(),
        entryOf({ environment: 'LIVE' }),
        entryOf({ reason: null, details: null }),
        entryOf(),
      ];
      for (const entry of entries) await store.addAuditEntry(entry);
      const [one, live, two, three] = entries;
      const whole = { hasPrevious: false, hasNext: false };
      expect(await store.listAudit('TEST', first(10))).toEqual({ items: [three, two, one], ...whole });
      expect(await store.listAudit('LIVE', first(10))).toEqual({ items: [live], ...whole });
      expect(await store.listAudit('TEST', first(1))).toEqual({ items: [three], hasPrevious: false, hasNext: true });
      const after = await store.listAudit('TEST', first(5, two?.id ?? ''));
      expect(after).toEqual({ items: [one], hasPrevious: true, hasNext: false });
    });

    test('has an entry for each grant that was booked, and for no other', async () => {
      const { store } = await open();
      const entry = entryOf();
      expect(await store.grant(grant, entry)).toMatchObject({ balance: 10 });
      // The same again, another with the same key, and one that takes too much.
      expect(await store.grant(grant, entryOf())).toMatchObject({ balance: 10 });
      expect(await store.grant({ ...grant, credits: 11 }, entryOf())).toMatchObject({ kind: 'grantConflict' });
      const refused = { ...grant, credits: -11, idempotencyKey: null };
      expect(await store.grant(refused, entryOf())).toMatchObject({ kind: 'invalidInput' });
      expect((await store.listAudit('TEST', first(10))).items).toEqual([entry]);
    });

    test('has an entry for a key that was created, and one for its only revocation', async () => {
      const { store } = await open();
      const key = keyOf();
      const [created, revoked] = [entryOf({ action: 'key.create' }), entryOf({ action: 'key.revoke' })];
      await store.createApiKey(key, created);
      await expect(store.createApiKey(key, entryOf())).rejects.toThrow();
      expect(await store.revokeApiKey(key.id, start, revoked)).toMatchObject({ revokedAt: start });
      expect(await store.revokeApiKey(key.id, start + 1, entryOf())).toMatchObject({ revokedAt: start });
      expect(await store.revokeApiKey(newId(), start, entryOf())).toBeNull();
      expect((await store.listAudit('TEST', first(10))).items).toEqual([revoked, created]);
    });

    test('fails with what it records, and what it records with it', async () => {
      const { store } = await open();
      const entry = entryOf();
      await store.addAuditEntry(entry);
      await expect(store.grant(grant, { ...entryOf(), id: entry.id })).rejects.toThrow();
      await store.arrive(bob, 0, start);
      expect(await store.arrive(bob, 0, start)).toMatchObject({ balance: 0 });
      expect((await store.listAudit('TEST', first(10))).items).toEqual([entry]);
    });

    test('lets a change be decided on the newest entry of its action', async () => {
      const { store } = await open();
      const [old, changed] = [
        entryOf({ action: 'settings.start', details: 'A=1' }),
        entryOf({ action: 'settings.start' }),
      ];
      const seen: (AuditEntry | null)[] = [];
      const decide = (entry: AuditEntry | null) => (newest: AuditEntry | null) => {
        seen.push(newest);
        return entry;
      };
      expect(await store.addAuditChange('TEST', 'settings.start', decide(old))).toBe(true);
      await store.addAuditEntry(entryOf());
      expect(await store.addAuditChange('TEST', 'settings.start', decide(null))).toBe(false);
      expect(await store.addAuditChange('LIVE', 'settings.start', decide(null))).toBe(false);
      expect(await store.addAuditChange('TEST', 'settings.start', decide(changed))).toBe(true);
      expect(await store.addAuditChange('TEST', 'settings.start', decide(null))).toBe(false);
      expect(seen).toEqual([null, old, null, old, changed]);
    });

    test.each([
      ["UPDATE audit_entries SET reason = 'Another'"],
      ['UPDATE audit_entries SET at = at + 1'],
      ['DELETE FROM audit_entries'],
      ['INSERT INTO audit_entries SELECT * FROM audit_entries'],
    ])('is never rewritten: %s', async (statement) => {
      const { store, run } = await open();
      const entry = entryOf();
      await store.addAuditEntry(entry);
      await expect(run(statement)).rejects.toThrow();
      expect((await store.listAudit('TEST', first(10))).items).toEqual([entry]);
    });
  });
}
