ALTER TABLE "ledger_entries" DROP CONSTRAINT "ledger_entries_kind";--> statement-breakpoint
DROP INDEX "ledger_entries_capture";--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_entries_job" ON "ledger_entries" USING btree ("job_id","kind") WHERE "ledger_entries"."job_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "ledger_entries_time" ON "ledger_entries" USING btree ("environment","created_at","id");--> statement-breakpoint
CREATE INDEX "jobs_time" ON "jobs" USING btree ("environment","created_at","id");--> statement-breakpoint
CREATE INDEX "jobs_accepted" ON "jobs" USING btree ("environment","submitted_at") WHERE "jobs"."submitted_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "jobs_failed" ON "jobs" USING btree ("environment","finished_at") WHERE "jobs"."state" = 'FAILED';--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_refund" CHECK ("ledger_entries"."kind" <> 'REFUND' OR ("ledger_entries"."credits" >= 0 AND "ledger_entries"."job_id" IS NOT NULL AND "ledger_entries"."reason" IS NOT NULL AND "ledger_entries"."idempotency_key" IS NULL));--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_kind" CHECK ("ledger_entries"."kind" IN ('GRANT', 'CAPTURE', 'REFUND'));
--> statement-breakpoint
CREATE FUNCTION "ledger_entries_refunded"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (
		SELECT 1 FROM "ledger_entries"
		WHERE "job_id" = NEW."job_id" AND "kind" = 'CAPTURE' AND "account_id" = NEW."account_id" AND "credits" = -NEW."credits"
	)
	THEN
		RAISE EXCEPTION 'ledger_entries_refunded: a refund gives back what its job captured, to the same account'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_entries_refunded';
	END IF;
	RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "ledger_entries_refunded" BEFORE INSERT ON "ledger_entries" FOR EACH ROW
	WHEN (NEW."kind" = 'REFUND') EXECUTE FUNCTION "ledger_entries_refunded"();
