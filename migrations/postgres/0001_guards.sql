-- What constraints cannot say. A guard carries the name of its SQLite twin, and says the same.

CREATE FUNCTION "refuse"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '%: %', TG_NAME, TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "accounts_new" BEFORE INSERT ON "accounts" FOR EACH ROW
WHEN (NEW."balance" <> 0 OR NEW."held" <> 0 OR NEW."running" <> 0 OR NEW."feed" <> 0 OR NEW."ledger" <> 0 OR NEW."jobs" <> 0)
EXECUTE FUNCTION "refuse"('an account begins empty');
--> statement-breakpoint
CREATE TRIGGER "accounts_fixed" BEFORE UPDATE OF "id", "owner", "environment", "created_at" ON "accounts" FOR EACH ROW
EXECUTE FUNCTION "refuse"('an account stays its owner''s');
--> statement-breakpoint
CREATE TRIGGER "accounts_step" BEFORE UPDATE OF "balance", "feed", "ledger", "jobs" ON "accounts" FOR EACH ROW
WHEN (NEW."feed" - OLD."feed" NOT IN (0, 1)
	OR NEW."ledger" - OLD."ledger" NOT IN (0, 1)
	OR NEW."jobs" - OLD."jobs" NOT IN (0, 1)
	OR (NEW."balance" <> OLD."balance" AND NEW."ledger" = OLD."ledger"))
EXECUTE FUNCTION "refuse"('counters grow one by one, and a balance moves with its ledger');
--> statement-breakpoint
CREATE FUNCTION "jobs_new"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW."state" <> 'PENDING' OR NEW."version" <> 1
		OR NOT EXISTS (SELECT 1 FROM "accounts" WHERE "id" = NEW."account_id" AND "jobs" = NEW."number")
		OR (NEW."number" > 1 AND NOT EXISTS (
			SELECT 1 FROM "jobs" WHERE "account_id" = NEW."account_id" AND "number" = NEW."number" - 1
		))
	THEN
		RAISE EXCEPTION 'jobs_new: a job begins PENDING, at version 1, as its account''s newest'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'jobs_new';
	END IF;
	RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "jobs_new" BEFORE INSERT ON "jobs" FOR EACH ROW EXECUTE FUNCTION "jobs_new"();
--> statement-breakpoint
CREATE FUNCTION "jobs_retry_of"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (
		SELECT 1 FROM "jobs"
		WHERE "id" = NEW."retry_of" AND "account_id" = NEW."account_id" AND "state" IN ('FAILED', 'CANCELED')
	)
	THEN
		RAISE EXCEPTION 'jobs_retry_of: what is tried again is a FAILED or CANCELED job of the same account'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'jobs_retry_of';
	END IF;
	RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "jobs_retry_of" BEFORE INSERT ON "jobs" FOR EACH ROW WHEN (NEW."retry_of" IS NOT NULL) EXECUTE FUNCTION "jobs_retry_of"();
--> statement-breakpoint
CREATE TRIGGER "jobs_fixed" BEFORE UPDATE OF "id", "account_id", "number", "owner", "environment", "idempotency_key", "retry_of", "prompt", "aspect_ratio",
	"seed", "external_id", "price_credits", "created_at", "token_id" ON "jobs" FOR EACH ROW
EXECUTE FUNCTION "refuse"('what was asked for, by which token and at what price, stays');
--> statement-breakpoint
CREATE TRIGGER "jobs_step" BEFORE UPDATE OF "state", "version" ON "jobs" FOR EACH ROW
WHEN (NEW."version" - OLD."version" <> (NEW."state" <> OLD."state")::integer)
EXECUTE FUNCTION "refuse"('the version counts changes of state and nothing else');
--> statement-breakpoint
CREATE TRIGGER "jobs_ended" BEFORE UPDATE OF "state", "version", "video_url", "video_content_type", "video_expires_at", "failure_code",
	"failure_message", "failure_http_status", "finished_at" ON "jobs" FOR EACH ROW
WHEN (OLD."state" IN ('COMPLETED', 'FAILED', 'CANCELED'))
EXECUTE FUNCTION "refuse"('no end is left or told again');
--> statement-breakpoint
CREATE TRIGGER "jobs_accepted" BEFORE UPDATE OF "request_id", "poll_url", "submitted_at" ON "jobs" FOR EACH ROW
WHEN (OLD."submitted_at" IS NOT NULL AND
	(NEW."request_id", NEW."poll_url", NEW."submitted_at") IS DISTINCT FROM (OLD."request_id", OLD."poll_url", OLD."submitted_at"))
EXECUTE FUNCTION "refuse"('the provider accepts a job once');
--> statement-breakpoint
CREATE TRIGGER "jobs_late" BEFORE UPDATE OF "late_video_url", "late_video_content_type", "late_video_expires_at" ON "jobs" FOR EACH ROW
WHEN (OLD."late_video_url" IS NOT NULL)
EXECUTE FUNCTION "refuse"('a late video is kept');
--> statement-breakpoint
CREATE FUNCTION "job_events_new"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (
			SELECT 1 FROM "jobs" JOIN "accounts" ON "accounts"."id" = "jobs"."account_id"
			WHERE "jobs"."id" = NEW."job_id" AND "jobs"."version" = NEW."version" AND "accounts"."id" = NEW."account_id"
				AND "accounts"."feed" = NEW."feed"
				AND NEW."status" = CASE "jobs"."state" WHEN 'SUBMITTING' THEN 'PENDING' ELSE "jobs"."state" END
		)
		OR (NEW."version" > 1 AND NOT EXISTS (
			SELECT 1 FROM "job_events" WHERE "job_id" = NEW."job_id" AND "version" = NEW."version" - 1
		))
		OR (NEW."feed" > 1 AND NOT EXISTS (
			SELECT 1 FROM "job_events" WHERE "account_id" = NEW."account_id" AND "feed" = NEW."feed" - 1
		))
		OR (NEW."status" = 'COMPLETED' AND NOT EXISTS (
			SELECT 1 FROM "ledger_entries" WHERE "job_id" = NEW."job_id"
		))
	THEN
		RAISE EXCEPTION 'job_events_new: an event tells its job''s newest state, with no gap before it and its price captured'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'job_events_new';
	END IF;
	RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "job_events_new" BEFORE INSERT ON "job_events" FOR EACH ROW EXECUTE FUNCTION "job_events_new"();
--> statement-breakpoint
CREATE TRIGGER "job_events_fixed" BEFORE UPDATE ON "job_events" FOR EACH ROW
EXECUTE FUNCTION "refuse"('history is not rewritten');
--> statement-breakpoint
CREATE TRIGGER "job_events_kept" BEFORE DELETE ON "job_events" FOR EACH ROW
EXECUTE FUNCTION "refuse"('history is not rewritten');
--> statement-breakpoint
CREATE FUNCTION "ledger_entries_new"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (
			SELECT 1 FROM "accounts"
			WHERE "id" = NEW."account_id" AND "environment" = NEW."environment" AND "ledger" = NEW."number"
				AND "balance" = NEW."balance_after"
		)
		OR NEW."balance_after" - NEW."credits" IS DISTINCT FROM (CASE NEW."number" WHEN 1 THEN 0 ELSE (
			SELECT "balance_after" FROM "ledger_entries" WHERE "account_id" = NEW."account_id" AND "number" = NEW."number" - 1
		) END)
	THEN
		RAISE EXCEPTION 'ledger_entries_new: an entry leads from the balance before it to the account''s'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_entries_new';
	END IF;
	RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "ledger_entries_new" BEFORE INSERT ON "ledger_entries" FOR EACH ROW EXECUTE FUNCTION "ledger_entries_new"();
--> statement-breakpoint
CREATE FUNCTION "ledger_entries_price"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (
		SELECT 1 FROM "jobs"
		WHERE "id" = NEW."job_id" AND "account_id" = NEW."account_id" AND "state" = 'COMPLETED' AND "price_credits" = -NEW."credits"
	)
	THEN
		RAISE EXCEPTION 'ledger_entries_price: a COMPLETED job is captured, at its price'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_entries_price';
	END IF;
	RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "ledger_entries_price" BEFORE INSERT ON "ledger_entries" FOR EACH ROW WHEN (NEW."kind" = 'CAPTURE') EXECUTE FUNCTION "ledger_entries_price"();
--> statement-breakpoint
CREATE TRIGGER "ledger_entries_fixed" BEFORE UPDATE ON "ledger_entries" FOR EACH ROW
EXECUTE FUNCTION "refuse"('history is not rewritten');
--> statement-breakpoint
CREATE TRIGGER "ledger_entries_kept" BEFORE DELETE ON "ledger_entries" FOR EACH ROW
EXECUTE FUNCTION "refuse"('history is not rewritten');
--> statement-breakpoint
CREATE TRIGGER "settings_secret_fixed" BEFORE UPDATE OF "id", "secret" ON "settings" FOR EACH ROW
EXECUTE FUNCTION "refuse"('the secret stays');
--> statement-breakpoint
CREATE TRIGGER "settings_kept" BEFORE DELETE ON "settings" FOR EACH ROW
EXECUTE FUNCTION "refuse"('the secret stays');
--> statement-breakpoint
CREATE TRIGGER "job_events_whole" BEFORE TRUNCATE ON "job_events" FOR EACH STATEMENT
EXECUTE FUNCTION "refuse"('history is not rewritten');
--> statement-breakpoint
CREATE TRIGGER "ledger_entries_whole" BEFORE TRUNCATE ON "ledger_entries" FOR EACH STATEMENT
EXECUTE FUNCTION "refuse"('history is not rewritten');
--> statement-breakpoint
CREATE TRIGGER "api_keys_new" BEFORE INSERT ON "api_keys" FOR EACH ROW
WHEN (NEW."revoked_at" IS NOT NULL OR NEW."last_used_at" IS NOT NULL)
EXECUTE FUNCTION "refuse"('a key begins unused and good');
--> statement-breakpoint
CREATE TRIGGER "api_keys_fixed" BEFORE UPDATE OF "id", "owner", "environment", "secret_hash", "scopes", "created_at", "expires_at" ON "api_keys" FOR EACH ROW
EXECUTE FUNCTION "refuse"('what a key may do stays');
--> statement-breakpoint
CREATE TRIGGER "api_keys_revoked" BEFORE UPDATE OF "revoked_at" ON "api_keys" FOR EACH ROW
WHEN (OLD."revoked_at" IS NOT NULL)
EXECUTE FUNCTION "refuse"('a key is revoked for good');
--> statement-breakpoint
CREATE TRIGGER "api_keys_used" BEFORE UPDATE OF "last_used_at" ON "api_keys" FOR EACH ROW
WHEN (NEW."last_used_at" IS NULL OR NEW."last_used_at" < OLD."last_used_at")
EXECUTE FUNCTION "refuse"('the last use only moves on');
--> statement-breakpoint
CREATE TRIGGER "api_keys_kept" BEFORE DELETE ON "api_keys" FOR EACH ROW
EXECUTE FUNCTION "refuse"('keys are revoked, not removed');
