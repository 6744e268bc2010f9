DROP INDEX "jobs_due_deadline";--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "served_at" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "max_credits" bigint;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "seed_used" bigint;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "provider_cost" double precision;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "provider_message" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "provider_http_status" integer;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "output_missing_since" bigint;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "unknown_video" boolean DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX "accounts_served" ON "accounts" USING btree ("environment","served_at") WHERE "accounts"."running" > 0;--> statement-breakpoint
CREATE INDEX "jobs_without_result" ON "jobs" USING btree ("environment","id") WHERE "jobs"."failure_code" IN ('PROVIDER_BAD_OUTPUT', 'PROVIDER_JOB_LOST', 'DEADLINE_EXCEEDED') AND "jobs"."submitted_at" IS NOT NULL AND "jobs"."late_video_url" IS NULL;--> statement-breakpoint
CREATE INDEX "jobs_due_deadline" ON "jobs" USING btree ("environment","deadline_at","poll_at") WHERE "jobs"."state" = 'PENDING';--> statement-breakpoint
-- A late video is news: the version grows with it, as with a change of state. The cap of a job is part of what was asked for.
DROP TRIGGER "jobs_fixed" ON "jobs";
--> statement-breakpoint
DROP TRIGGER "jobs_step" ON "jobs";
--> statement-breakpoint
DROP TRIGGER "jobs_ended" ON "jobs";
--> statement-breakpoint
CREATE TRIGGER "jobs_fixed" BEFORE UPDATE OF "id", "account_id", "number", "owner", "environment", "idempotency_key", "retry_of", "prompt", "aspect_ratio",
	"seed", "external_id", "price_credits", "created_at", "token_id", "max_credits" ON "jobs" FOR EACH ROW
EXECUTE FUNCTION "refuse"('what was asked for, by which token and at what price, stays');
--> statement-breakpoint
CREATE TRIGGER "jobs_step" BEFORE UPDATE OF "state", "version", "late_video_url" ON "jobs" FOR EACH ROW
WHEN (NEW."version" - OLD."version" <> (NEW."state" <> OLD."state" OR (OLD."late_video_url" IS NULL AND NEW."late_video_url" IS NOT NULL))::integer)
EXECUTE FUNCTION "refuse"('the version counts changes of state and the arrival of a late video, and nothing else');
--> statement-breakpoint
CREATE TRIGGER "jobs_ended" BEFORE UPDATE OF "state", "video_url", "video_content_type", "video_expires_at", "failure_code",
	"failure_message", "failure_http_status", "finished_at" ON "jobs" FOR EACH ROW
WHEN (OLD."state" IN ('COMPLETED', 'FAILED', 'CANCELED'))
EXECUTE FUNCTION "refuse"('no end is left or told again');
