ALTER TABLE "api_keys" ADD COLUMN "label" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "api_key_id" text COLLATE "C";--> statement-breakpoint
CREATE INDEX "jobs_by_failure" ON "jobs" USING btree ("account_id","failure_code","id") WHERE "jobs"."failure_code" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "jobs_odd" ON "jobs" USING btree ("account_id","id") WHERE substr("jobs"."id", 1, 8) || substr("jobs"."id", 10, 4) NOT BETWEEN lpad(to_hex("jobs"."created_at" - 60000), 12, '0') AND lpad(to_hex("jobs"."created_at" + 60000), 12, '0');--> statement-breakpoint
CREATE INDEX "jobs_all_by_state" ON "jobs" USING btree ("state","environment","id");--> statement-breakpoint
CREATE INDEX "jobs_all_by_failure" ON "jobs" USING btree ("failure_code","environment","id") WHERE "jobs"."failure_code" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "jobs_all_by_external_id" ON "jobs" USING btree ("environment","external_id","state","id") WHERE "jobs"."external_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "jobs_all_odd" ON "jobs" USING btree ("environment","id") WHERE substr("jobs"."id", 1, 8) || substr("jobs"."id", 10, 4) NOT BETWEEN lpad(to_hex("jobs"."created_at" - 60000), 12, '0') AND lpad(to_hex("jobs"."created_at" + 60000), 12, '0');--> statement-breakpoint
CREATE INDEX "jobs_by_request" ON "jobs" USING btree ("environment","request_id") WHERE "jobs"."request_id" IS NOT NULL;
--> statement-breakpoint
DROP TRIGGER "jobs_fixed" ON "jobs";
--> statement-breakpoint
CREATE TRIGGER "jobs_fixed" BEFORE UPDATE OF "id", "account_id", "number", "owner", "environment", "idempotency_key", "retry_of", "aspect_ratio",
	"seed", "price_credits", "created_at", "token_id", "max_credits", "video_id", "api_key_id" ON "jobs" FOR EACH ROW
EXECUTE FUNCTION "refuse"('what was asked for, by which token or key and at what price, stays');
--> statement-breakpoint
CREATE TRIGGER "api_keys_label" BEFORE INSERT ON "api_keys" FOR EACH ROW
WHEN (length(NEW."label") NOT BETWEEN 1 AND 100)
EXECUTE FUNCTION "refuse"('a label has 1 to 100 characters');
--> statement-breakpoint
CREATE TRIGGER "api_keys_label_fixed" BEFORE UPDATE OF "label" ON "api_keys" FOR EACH ROW
EXECUTE FUNCTION "refuse"('the label of a key stays');
