CREATE TABLE "accounts" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"owner" text COLLATE "C" NOT NULL,
	"environment" text COLLATE "C" NOT NULL,
	"balance" integer NOT NULL,
	"held" integer NOT NULL,
	"running" integer NOT NULL,
	"feed" bigint NOT NULL,
	"ledger" bigint NOT NULL,
	"jobs" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "accounts_whole_key" UNIQUE("id","owner","environment"),
	CONSTRAINT "accounts_environment" CHECK ("accounts"."environment" IN ('LIVE', 'TEST')),
	CONSTRAINT "accounts_held" CHECK ("accounts"."held" >= 0),
	CONSTRAINT "accounts_available" CHECK ("accounts"."balance" >= "accounts"."held"),
	CONSTRAINT "accounts_most" CHECK ("accounts"."balance" <= 1000000000),
	CONSTRAINT "accounts_running" CHECK ("accounts"."running" BETWEEN 0 AND "accounts"."jobs" AND ("accounts"."running" > 0 OR "accounts"."held" = 0))
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"owner" text COLLATE "C" NOT NULL,
	"environment" text COLLATE "C" NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"scopes" text COLLATE "C" NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint,
	"revoked_at" bigint,
	"last_used_at" bigint,
	CONSTRAINT "api_keys_owner" CHECK (length("api_keys"."owner") BETWEEN 1 AND 255),
	CONSTRAINT "api_keys_environment" CHECK ("api_keys"."environment" IN ('LIVE', 'TEST')),
	CONSTRAINT "api_keys_secret_hash" CHECK (length("api_keys"."secret_hash") = 32),
	CONSTRAINT "api_keys_scopes" CHECK ("api_keys"."scopes" IN ('jobs:read', 'jobs:write', 'jobs:read jobs:write', 'credits:read', 'jobs:read credits:read', 'jobs:write credits:read', 'jobs:read jobs:write credits:read', 'admin', 'jobs:read admin', 'jobs:write admin', 'jobs:read jobs:write admin', 'credits:read admin', 'jobs:read credits:read admin', 'jobs:write credits:read admin', 'jobs:read jobs:write credits:read admin')),
	CONSTRAINT "api_keys_expires_at" CHECK ("api_keys"."expires_at" > "api_keys"."created_at")
);
--> statement-breakpoint
CREATE TABLE "job_events" (
	"job_id" text COLLATE "C" NOT NULL,
	"version" integer NOT NULL,
	"account_id" text COLLATE "C" NOT NULL,
	"feed" bigint NOT NULL,
	"status" text COLLATE "C" NOT NULL,
	"message" text COLLATE "C" NOT NULL,
	"occurred_at" bigint NOT NULL,
	CONSTRAINT "job_events_job_id_version_pk" PRIMARY KEY("job_id","version"),
	CONSTRAINT "job_events_status" CHECK ("job_events"."status" IN ('PENDING', 'QUEUED', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELED'))
);
--> statement-breakpoint
CREATE TABLE "ledger_entries" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account_id" text COLLATE "C" NOT NULL,
	"environment" text COLLATE "C" NOT NULL,
	"number" bigint NOT NULL,
	"kind" text COLLATE "C" NOT NULL,
	"credits" integer NOT NULL,
	"balance_after" integer NOT NULL,
	"job_id" text COLLATE "C",
	"reason" text COLLATE "C",
	"idempotency_key" text COLLATE "C",
	"created_at" bigint NOT NULL,
	CONSTRAINT "ledger_entries_kind" CHECK ("ledger_entries"."kind" IN ('GRANT', 'CAPTURE')),
	CONSTRAINT "ledger_entries_grant" CHECK ("ledger_entries"."kind" <> 'GRANT' OR ("ledger_entries"."credits" <> 0 AND "ledger_entries"."job_id" IS NULL AND "ledger_entries"."reason" IS NOT NULL)),
	CONSTRAINT "ledger_entries_capture" CHECK ("ledger_entries"."kind" <> 'CAPTURE' OR ("ledger_entries"."credits" <= 0 AND "ledger_entries"."job_id" IS NOT NULL AND "ledger_entries"."reason" IS NULL AND "ledger_entries"."idempotency_key" IS NULL))
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"account_id" text COLLATE "C" NOT NULL,
	"number" bigint NOT NULL,
	"owner" text COLLATE "C" NOT NULL,
	"environment" text COLLATE "C" NOT NULL,
	"idempotency_key" text COLLATE "C",
	"retry_of" text COLLATE "C",
	"prompt" text COLLATE "C" NOT NULL,
	"aspect_ratio" text COLLATE "C" NOT NULL,
	"seed" bigint NOT NULL,
	"external_id" text COLLATE "C",
	"price_credits" integer NOT NULL,
	"state" text COLLATE "C" NOT NULL,
	"version" integer NOT NULL,
	"request_id" text COLLATE "C",
	"poll_url" text COLLATE "C",
	"video_url" text COLLATE "C",
	"video_content_type" text COLLATE "C",
	"video_expires_at" bigint,
	"late_video_url" text COLLATE "C",
	"late_video_content_type" text COLLATE "C",
	"late_video_expires_at" bigint,
	"failure_code" text COLLATE "C",
	"failure_message" text COLLATE "C",
	"failure_http_status" integer,
	"estimate_quantiles" jsonb NOT NULL,
	"estimate_sample_size" integer NOT NULL,
	"faults" integer NOT NULL,
	"resends" integer NOT NULL,
	"created_at" bigint NOT NULL,
	"submitted_at" bigint,
	"started_at" bigint,
	"finished_at" bigint,
	"deadline_at" bigint NOT NULL,
	"poll_at" bigint,
	"polled_at" bigint,
	"token_id" text COLLATE "C",
	CONSTRAINT "jobs_prompt" CHECK ("jobs"."prompt" <> '' AND length("jobs"."prompt") <= 2000),
	CONSTRAINT "jobs_aspect_ratio" CHECK ("jobs"."aspect_ratio" IN ('LANDSCAPE_16_9', 'PORTRAIT_9_16', 'SQUARE_1_1', 'LANDSCAPE_4_3', 'PORTRAIT_3_4')),
	CONSTRAINT "jobs_seed" CHECK ("jobs"."seed" BETWEEN -1 AND 9007199254740991),
	CONSTRAINT "jobs_external_id" CHECK (length("jobs"."external_id") <= 255),
	CONSTRAINT "jobs_key" CHECK (length("jobs"."idempotency_key") BETWEEN 1 AND 255 AND "jobs"."idempotency_key" ~ '^[ -~]*$'),
	CONSTRAINT "jobs_price" CHECK ("jobs"."price_credits" >= 0),
	CONSTRAINT "jobs_state" CHECK ("jobs"."state" IN ('PENDING', 'SUBMITTING', 'QUEUED', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELED')),
	CONSTRAINT "jobs_counters" CHECK ("jobs"."version" >= 1 AND "jobs"."faults" >= 0 AND "jobs"."resends" >= 0),
	CONSTRAINT "jobs_estimate" CHECK (jsonb_typeof("jobs"."estimate_quantiles") = 'array' AND "jobs"."estimate_sample_size" >= 0),
	CONSTRAINT "jobs_submission" CHECK (("jobs"."submitted_at" IS NULL) = ("jobs"."poll_url" IS NULL) AND ("jobs"."request_id" IS NULL OR "jobs"."poll_url" IS NOT NULL)),
	CONSTRAINT "jobs_submitted" CHECK (CASE WHEN "jobs"."state" IN ('PENDING', 'SUBMITTING', 'CANCELED') THEN "jobs"."submitted_at" IS NULL
        WHEN "jobs"."state" IN ('QUEUED', 'PROCESSING', 'COMPLETED') THEN "jobs"."submitted_at" IS NOT NULL ELSE "jobs"."state" = 'FAILED' END),
	CONSTRAINT "jobs_started" CHECK (CASE WHEN "jobs"."state" = 'PROCESSING' THEN "jobs"."started_at" IS NOT NULL
        ELSE "jobs"."started_at" IS NULL OR "jobs"."submitted_at" IS NOT NULL END),
	CONSTRAINT "jobs_finished" CHECK (("jobs"."state" IN ('PENDING', 'SUBMITTING', 'QUEUED', 'PROCESSING')) = ("jobs"."finished_at" IS NULL)),
	CONSTRAINT "jobs_video" CHECK (("jobs"."state" = 'COMPLETED') = ("jobs"."video_url" IS NOT NULL)),
	CONSTRAINT "jobs_video_whole" CHECK (("jobs"."video_url" IS NULL) = ("jobs"."video_content_type" IS NULL) AND ("jobs"."video_expires_at" IS NULL OR "jobs"."video_url" IS NOT NULL)),
	CONSTRAINT "jobs_late_video" CHECK ("jobs"."late_video_url" IS NULL OR ("jobs"."state" = 'FAILED' AND "jobs"."submitted_at" IS NOT NULL)),
	CONSTRAINT "jobs_late_video_whole" CHECK (("jobs"."late_video_url" IS NULL) = ("jobs"."late_video_content_type" IS NULL) AND ("jobs"."late_video_expires_at" IS NULL OR "jobs"."late_video_url" IS NOT NULL)),
	CONSTRAINT "jobs_failure" CHECK (("jobs"."state" = 'FAILED') = ("jobs"."failure_code" IS NOT NULL)),
	CONSTRAINT "jobs_failure_whole" CHECK (("jobs"."failure_code" IS NULL) = ("jobs"."failure_message" IS NULL) AND ("jobs"."failure_http_status" IS NULL OR "jobs"."failure_code" IS NOT NULL)),
	CONSTRAINT "jobs_poll" CHECK (CASE WHEN "jobs"."state" IN ('PENDING', 'SUBMITTING', 'QUEUED', 'PROCESSING') THEN "jobs"."poll_at" IS NOT NULL
        ELSE "jobs"."poll_at" IS NULL OR ("jobs"."state" = 'FAILED' AND "jobs"."submitted_at" IS NOT NULL AND "jobs"."late_video_url" IS NULL) END)
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"id" integer PRIMARY KEY NOT NULL,
	"secret" "bytea" NOT NULL,
	"pings" bigint NOT NULL,
	CONSTRAINT "settings_one" CHECK ("settings"."id" = 1),
	CONSTRAINT "settings_secret" CHECK (length("settings"."secret") = 32)
);
--> statement-breakpoint
ALTER TABLE "job_events" ADD CONSTRAINT "job_events_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "job_events" ADD CONSTRAINT "job_events_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_retry_of_jobs_id_fk" FOREIGN KEY ("retry_of") REFERENCES "public"."jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "jobs" ADD CONSTRAINT "jobs_account" FOREIGN KEY ("account_id","owner","environment") REFERENCES "public"."accounts"("id","owner","environment") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_key" ON "accounts" USING btree ("owner","environment");--> statement-breakpoint
CREATE INDEX "api_keys_list" ON "api_keys" USING btree ("environment","id");--> statement-breakpoint
CREATE INDEX "api_keys_by_owner" ON "api_keys" USING btree ("environment","owner","id");--> statement-breakpoint
CREATE UNIQUE INDEX "job_events_feed" ON "job_events" USING btree ("account_id","feed");--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_entries_number" ON "ledger_entries" USING btree ("account_id","number");--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_entries_capture" ON "ledger_entries" USING btree ("job_id") WHERE "ledger_entries"."job_id" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_entries_grant_key" ON "ledger_entries" USING btree ("environment","idempotency_key") WHERE "ledger_entries"."idempotency_key" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_idempotency_key" ON "jobs" USING btree ("owner","environment","idempotency_key") WHERE "jobs"."idempotency_key" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_keyless_retry" ON "jobs" USING btree ("retry_of") WHERE "jobs"."idempotency_key" IS NULL AND "jobs"."retry_of" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "jobs_list" ON "jobs" USING btree ("account_id","id");--> statement-breakpoint
CREATE INDEX "jobs_by_state" ON "jobs" USING btree ("account_id","state","id");--> statement-breakpoint
CREATE INDEX "jobs_by_external_id" ON "jobs" USING btree ("account_id","external_id","state","id") WHERE "jobs"."external_id" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "jobs_number" ON "jobs" USING btree ("account_id","number");--> statement-breakpoint
CREATE INDEX "jobs_due_submit" ON "jobs" USING btree ("environment","poll_at","deadline_at") WHERE "jobs"."state" = 'PENDING';--> statement-breakpoint
CREATE INDEX "jobs_due_look" ON "jobs" USING btree ("environment","poll_at","deadline_at","state") WHERE "jobs"."state" IN ('QUEUED', 'PROCESSING', 'FAILED') AND "jobs"."poll_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "jobs_due_lease" ON "jobs" USING btree ("environment","poll_at") WHERE "jobs"."state" = 'SUBMITTING';--> statement-breakpoint
CREATE INDEX "jobs_due_deadline" ON "jobs" USING btree ("environment","deadline_at","poll_at") WHERE "jobs"."state" IN ('PENDING', 'QUEUED', 'PROCESSING');--> statement-breakpoint
CREATE INDEX "jobs_completed" ON "jobs" USING btree ("environment","finished_at","submitted_at") WHERE "jobs"."state" = 'COMPLETED';--> statement-breakpoint
CREATE INDEX "jobs_unconfirmed" ON "jobs" USING btree ("environment","id") WHERE "jobs"."failure_code" = 'SUBMISSION_UNCONFIRMED';--> statement-breakpoint
CREATE INDEX "jobs_late" ON "jobs" USING btree ("environment","id") WHERE "jobs"."late_video_url" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "jobs_of_token" ON "jobs" USING btree ("token_id","state","price_credits") WHERE "jobs"."token_id" IS NOT NULL;