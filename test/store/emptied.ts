/** Empties a PostgreSQL database past its guards, which needs the right to do so. */
export const emptied = `
  SET session_replication_role = replica;
  DELETE FROM webhook_attempts; DELETE FROM webhook_deliveries; DELETE FROM webhook_endpoints;
  DELETE FROM audit_entries; DELETE FROM budgets; DELETE FROM erasures;
  DELETE FROM ledger_entries; DELETE FROM job_events; DELETE FROM jobs; DELETE FROM accounts; DELETE FROM settings; DELETE FROM api_keys;
  SET session_replication_role = DEFAULT;`;
