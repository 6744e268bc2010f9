ALTER TABLE "jobs" DROP CONSTRAINT "jobs_prompt";--> statement-breakpoint
ALTER TABLE "jobs" DROP CONSTRAINT "jobs_submission";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "video_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "copy_state" text COLLATE "C" DEFAULT 'NONE' NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "copy_at" bigint;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "copy_faults" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "copy_missing_since" bigint;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "copy_settled_at" bigint;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "copy_lost" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "copy_byte_size" bigint;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "copy_sha256" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "copy_duration_seconds" double precision;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "copy_width" integer;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "copy_height" integer;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "copy_has_poster" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "jobs" ADD COLUMN "deleted_at" bigint;--> statement-breakpoint
-- Every job gets the id of its video, which nobody can guess, and the state of its copy: videos that the provider still has are copied, those
-- that have expired are gone.
UPDATE "jobs" SET "video_id" = substr(encode(sha256((gen_random_uuid()::text || gen_random_uuid()::text)::bytea), 'hex'), 1, 32);
--> statement-breakpoint
ALTER TABLE "jobs" ALTER COLUMN "video_id" SET NOT NULL;
--> statement-breakpoint
UPDATE "jobs" SET "copy_state" = 'WAITING', "copy_at" = (extract(epoch FROM now()) * 1000)::bigint
WHERE coalesce("video_url", "late_video_url") IS NOT NULL AND coalesce("video_expires_at", "late_video_expires_at", 9e15) > (extract(epoch FROM now()) * 1000)::bigint;
--> statement-breakpoint
UPDATE "jobs" SET "copy_state" = 'GONE', "copy_settled_at" = coalesce("video_expires_at", "late_video_expires_at")
WHERE coalesce("video_url", "late_video_url") IS NOT NULL AND coalesce("video_expires_at", "late_video_expires_at", 9e15) <= (extract(epoch FROM now()) * 1000)::bigint;
--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_video_id" ON "jobs" USING btree ("video_id");--> statement-breakpoint
CREATE INDEX "jobs_due_copy" ON "jobs" USING btree ("copy_state","copy_at") WHERE "jobs"."copy_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "jobs_stored" ON "jobs" USING btree ("finished_at","id") WHERE "jobs"."copy_state" = 'STORED';--> statement-breakpoint
CREATE INDEX "jobs_kept" ON "jobs" USING btree ("finished_at") WHERE "jobs"."finished_at" IS NOT NULL AND "jobs"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX "jobs_lost_video" ON "jobs" USING btree ("environment","id") WHERE "jobs"."copy_lost";--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_video_id" CHECK (length("jobs"."video_id") = 32);--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_copy_state" CHECK ("jobs"."copy_state" IN ('NONE', 'WAITING', 'STORED', 'GONE'));--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_copy" CHECK (CASE WHEN "jobs"."copy_state" = 'NONE' THEN "jobs"."copy_at" IS NULL AND "jobs"."copy_settled_at" IS NULL
        WHEN "jobs"."video_url" IS NULL AND "jobs"."late_video_url" IS NULL THEN "jobs"."copy_state" = 'NONE'
        WHEN "jobs"."copy_state" = 'WAITING' THEN "jobs"."copy_at" IS NOT NULL AND "jobs"."copy_settled_at" IS NULL
        ELSE "jobs"."copy_settled_at" IS NOT NULL END);--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_copy_stored" CHECK ("jobs"."copy_state" <> 'STORED' OR ("jobs"."copy_at" IS NULL AND "jobs"."copy_byte_size" IS NOT NULL AND "jobs"."copy_sha256" IS NOT NULL));--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_deleted" CHECK ("jobs"."deleted_at" IS NULL OR ("jobs"."finished_at" IS NOT NULL AND "jobs"."prompt" IN ('', '@test/') AND "jobs"."external_id" IS NULL
        AND "jobs"."request_id" IS NULL AND "jobs"."poll_url" IS NULL AND "jobs"."provider_message" IS NULL
        AND coalesce("jobs"."video_url", '') = '' AND coalesce("jobs"."late_video_url", '') = ''
        AND "jobs"."copy_state" IN ('NONE', 'GONE') AND "jobs"."copy_sha256" IS NULL AND "jobs"."poll_at" IS NULL));--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_prompt" CHECK (("jobs"."prompt" <> '' OR "jobs"."deleted_at" IS NOT NULL) AND length("jobs"."prompt") <= 2000);--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_submission" CHECK (("jobs"."deleted_at" IS NOT NULL OR ("jobs"."submitted_at" IS NULL) = ("jobs"."poll_url" IS NULL))
        AND ("jobs"."request_id" IS NULL OR "jobs"."poll_url" IS NOT NULL));
--> statement-breakpoint
DROP TRIGGER "jobs_fixed" ON "jobs";
--> statement-breakpoint
DROP TRIGGER "jobs_step" ON "jobs";
--> statement-breakpoint
DROP TRIGGER "jobs_ended" ON "jobs";
--> statement-breakpoint
DROP TRIGGER "jobs_accepted" ON "jobs";
--> statement-breakpoint
DROP TRIGGER "jobs_late" ON "jobs";
--> statement-breakpoint
DROP TRIGGER "job_events_fixed" ON "job_events";
--> statement-breakpoint
CREATE OR REPLACE FUNCTION "jobs_new"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW."state" <> 'PENDING' OR NEW."version" <> 1 OR NEW."copy_state" <> 'NONE' OR NEW."deleted_at" IS NOT NULL
		OR NOT EXISTS (SELECT 1 FROM "accounts" WHERE "id" = NEW."account_id" AND "jobs" = NEW."number")
		OR (NEW."number" > 1 AND NOT EXISTS (
			SELECT 1 FROM "jobs" WHERE "account_id" = NEW."account_id" AND "number" = NEW."number" - 1
		))
	THEN
		RAISE EXCEPTION 'jobs_new: a job begins PENDING, at version 1, without a video, as its account''s newest'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'jobs_new';
	END IF;
	RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "jobs_fixed" BEFORE UPDATE OF "id", "account_id", "number", "owner", "environment", "idempotency_key", "retry_of", "aspect_ratio",
	"seed", "price_credits", "created_at", "token_id", "max_credits", "video_id" ON "jobs" FOR EACH ROW
EXECUTE FUNCTION "refuse"('what was asked for, by which token and at what price, stays');
--> statement-breakpoint
CREATE TRIGGER "jobs_asked" BEFORE UPDATE OF "prompt", "external_id", "deleted_at" ON "jobs" FOR EACH ROW
WHEN (OLD."deleted_at" IS NOT NULL OR NEW."deleted_at" IS NULL)
EXECUTE FUNCTION "refuse"('the prompt and the reference stay until the job is deleted, once and for good');
--> statement-breakpoint
CREATE TRIGGER "jobs_step" BEFORE UPDATE OF "state", "version", "late_video_url", "deleted_at" ON "jobs" FOR EACH ROW
WHEN (NEW."version" - OLD."version" <> (NEW."state" <> OLD."state" OR (OLD."late_video_url" IS NULL AND NEW."late_video_url" IS NOT NULL)
	OR (OLD."deleted_at" IS NULL AND NEW."deleted_at" IS NOT NULL))::integer)
EXECUTE FUNCTION "refuse"('the version counts changes of state, the arrival of a late video and the deletion, and nothing else');
--> statement-breakpoint
CREATE TRIGGER "jobs_ended" BEFORE UPDATE OF "state", "video_url", "video_content_type", "video_expires_at", "failure_code",
	"failure_message", "failure_http_status", "finished_at" ON "jobs" FOR EACH ROW
WHEN (OLD."state" IN ('COMPLETED', 'FAILED', 'CANCELED')
	AND NOT (OLD."deleted_at" IS NULL AND NEW."deleted_at" IS NOT NULL AND NEW."state" = OLD."state" AND NEW."finished_at" = OLD."finished_at"
		AND NEW."failure_code" IS NOT DISTINCT FROM OLD."failure_code"))
EXECUTE FUNCTION "refuse"('no end is left or told again');
--> statement-breakpoint
CREATE TRIGGER "jobs_accepted" BEFORE UPDATE OF "request_id", "poll_url", "submitted_at" ON "jobs" FOR EACH ROW
WHEN (OLD."submitted_at" IS NOT NULL AND
	(NEW."request_id", NEW."poll_url", NEW."submitted_at") IS DISTINCT FROM (OLD."request_id", OLD."poll_url", OLD."submitted_at")
	AND NOT (OLD."deleted_at" IS NULL AND NEW."deleted_at" IS NOT NULL AND NEW."submitted_at" IS NOT DISTINCT FROM OLD."submitted_at"))
EXECUTE FUNCTION "refuse"('the provider accepts a job once');
--> statement-breakpoint
CREATE TRIGGER "jobs_late" BEFORE UPDATE OF "late_video_url", "late_video_content_type", "late_video_expires_at" ON "jobs" FOR EACH ROW
WHEN (OLD."late_video_url" IS NOT NULL
	AND NOT (OLD."deleted_at" IS NULL AND NEW."deleted_at" IS NOT NULL AND NEW."late_video_url" IS NOT NULL))
EXECUTE FUNCTION "refuse"('a late video is kept');
--> statement-breakpoint
CREATE TRIGGER "jobs_copied" BEFORE UPDATE OF "copy_state" ON "jobs" FOR EACH ROW
WHEN (NEW."copy_state" <> OLD."copy_state" AND NOT (
	(OLD."copy_state" = 'NONE' AND NEW."copy_state" = 'WAITING')
	OR (OLD."copy_state" = 'NONE' AND NEW."copy_state" = 'GONE' AND NEW."deleted_at" IS NOT NULL)
	OR (OLD."copy_state" = 'WAITING' AND NEW."copy_state" IN ('STORED', 'GONE'))
	OR (OLD."copy_state" = 'STORED' AND NEW."copy_state" = 'GONE')
))
EXECUTE FUNCTION "refuse"('a copy waits, is stored and is gone, in this order');
--> statement-breakpoint
CREATE FUNCTION "job_events_fixed"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (NEW."job_id", NEW."version", NEW."account_id", NEW."feed", NEW."status", NEW."occurred_at")
			IS DISTINCT FROM (OLD."job_id", OLD."version", OLD."account_id", OLD."feed", OLD."status", OLD."occurred_at")
		OR NOT EXISTS (SELECT 1 FROM "jobs" WHERE "id" = OLD."job_id" AND "deleted_at" IS NOT NULL)
	THEN
		RAISE EXCEPTION 'job_events_fixed: history is not rewritten, but for the words of a deleted job'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'job_events_fixed';
	END IF;
	RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "job_events_fixed" BEFORE UPDATE ON "job_events" FOR EACH ROW EXECUTE FUNCTION "job_events_fixed"();
