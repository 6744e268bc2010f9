-- Every job gets the id of its video, which nobody can guess, and the state of its copy: videos that the provider still has are copied, those
-- that have expired are gone. The table is made anew, because CHECKs change: guards that speak of it stand aside meanwhile.
DROP TRIGGER `jobs_new`;
--> statement-breakpoint
DROP TRIGGER `jobs_retry_of`;
--> statement-breakpoint
DROP TRIGGER `jobs_fixed`;
--> statement-breakpoint
DROP TRIGGER `jobs_step`;
--> statement-breakpoint
DROP TRIGGER `jobs_ended`;
--> statement-breakpoint
DROP TRIGGER `jobs_accepted`;
--> statement-breakpoint
DROP TRIGGER `jobs_late`;
--> statement-breakpoint
DROP TRIGGER `job_events_new`;
--> statement-breakpoint
DROP TRIGGER `job_events_fixed`;
--> statement-breakpoint
DROP TRIGGER `ledger_entries_price`;
--> statement-breakpoint
CREATE TABLE `__new_jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`number` integer NOT NULL,
	`owner` text NOT NULL,
	`environment` text NOT NULL,
	`idempotency_key` text,
	`retry_of` text,
	`prompt` text NOT NULL,
	`aspect_ratio` text NOT NULL,
	`seed` integer NOT NULL,
	`external_id` text,
	`price_credits` integer NOT NULL,
	`state` text NOT NULL,
	`version` integer NOT NULL,
	`request_id` text,
	`poll_url` text,
	`video_url` text,
	`video_content_type` text,
	`video_expires_at` integer,
	`late_video_url` text,
	`late_video_content_type` text,
	`late_video_expires_at` integer,
	`failure_code` text,
	`failure_message` text,
	`failure_http_status` integer,
	`estimate_quantiles` text NOT NULL,
	`estimate_sample_size` integer NOT NULL,
	`faults` integer NOT NULL,
	`resends` integer NOT NULL,
	`created_at` integer NOT NULL,
	`submitted_at` integer,
	`started_at` integer,
	`finished_at` integer,
	`deadline_at` integer NOT NULL,
	`poll_at` integer,
	`polled_at` integer,
	`token_id` text,
	`max_credits` integer,
	`seed_used` integer,
	`provider_cost` real,
	`provider_message` text,
	`provider_http_status` integer,
	`output_missing_since` integer,
	`unknown_video` integer DEFAULT false NOT NULL,
	`video_id` text NOT NULL,
	`copy_state` text DEFAULT 'NONE' NOT NULL,
	`copy_at` integer,
	`copy_faults` integer DEFAULT 0 NOT NULL,
	`copy_missing_since` integer,
	`copy_settled_at` integer,
	`copy_lost` integer DEFAULT false NOT NULL,
	`copy_byte_size` integer,
	`copy_sha256` text,
	`copy_duration_seconds` real,
	`copy_width` integer,
	`copy_height` integer,
	`copy_has_poster` integer DEFAULT false NOT NULL,
	`deleted_at` integer,
	FOREIGN KEY (`retry_of`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`,`owner`,`environment`) REFERENCES `accounts`(`id`,`owner`,`environment`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "jobs_prompt" CHECK(("__new_jobs"."prompt" <> '' OR "__new_jobs"."deleted_at" IS NOT NULL) AND length("__new_jobs"."prompt") <= 2000),
	CONSTRAINT "jobs_aspect_ratio" CHECK(("__new_jobs"."aspect_ratio" = 'LANDSCAPE_16_9' OR "__new_jobs"."aspect_ratio" = 'PORTRAIT_9_16' OR "__new_jobs"."aspect_ratio" = 'SQUARE_1_1' OR "__new_jobs"."aspect_ratio" = 'LANDSCAPE_4_3' OR "__new_jobs"."aspect_ratio" = 'PORTRAIT_3_4')),
	CONSTRAINT "jobs_seed" CHECK("__new_jobs"."seed" BETWEEN -1 AND 9007199254740991),
	CONSTRAINT "jobs_external_id" CHECK(length("__new_jobs"."external_id") <= 255),
	CONSTRAINT "jobs_key" CHECK(length("__new_jobs"."idempotency_key") BETWEEN 1 AND 255 AND "__new_jobs"."idempotency_key" NOT GLOB '*[^ -~]*'),
	CONSTRAINT "jobs_price" CHECK("__new_jobs"."price_credits" >= 0),
	CONSTRAINT "jobs_state" CHECK(("__new_jobs"."state" = 'PENDING' OR "__new_jobs"."state" = 'SUBMITTING' OR "__new_jobs"."state" = 'QUEUED' OR "__new_jobs"."state" = 'PROCESSING' OR "__new_jobs"."state" = 'COMPLETED' OR "__new_jobs"."state" = 'FAILED' OR "__new_jobs"."state" = 'CANCELED')),
	CONSTRAINT "jobs_counters" CHECK("__new_jobs"."version" >= 1 AND "__new_jobs"."faults" >= 0 AND "__new_jobs"."resends" >= 0),
	CONSTRAINT "jobs_estimate" CHECK(json_type("__new_jobs"."estimate_quantiles") = 'array' AND "__new_jobs"."estimate_sample_size" >= 0),
	CONSTRAINT "jobs_submission" CHECK(("__new_jobs"."deleted_at" IS NOT NULL OR ("__new_jobs"."submitted_at" IS NULL) = ("__new_jobs"."poll_url" IS NULL))
        AND ("__new_jobs"."request_id" IS NULL OR "__new_jobs"."poll_url" IS NOT NULL)),
	CONSTRAINT "jobs_submitted" CHECK(CASE WHEN ("__new_jobs"."state" = 'PENDING' OR "__new_jobs"."state" = 'SUBMITTING' OR "__new_jobs"."state" = 'CANCELED') THEN "__new_jobs"."submitted_at" IS NULL
        WHEN ("__new_jobs"."state" = 'QUEUED' OR "__new_jobs"."state" = 'PROCESSING' OR "__new_jobs"."state" = 'COMPLETED') THEN "__new_jobs"."submitted_at" IS NOT NULL ELSE "__new_jobs"."state" = 'FAILED' END),
	CONSTRAINT "jobs_started" CHECK(CASE WHEN "__new_jobs"."state" = 'PROCESSING' THEN "__new_jobs"."started_at" IS NOT NULL
        ELSE "__new_jobs"."started_at" IS NULL OR "__new_jobs"."submitted_at" IS NOT NULL END),
	CONSTRAINT "jobs_finished" CHECK((("__new_jobs"."state" = 'PENDING' OR "__new_jobs"."state" = 'SUBMITTING' OR "__new_jobs"."state" = 'QUEUED' OR "__new_jobs"."state" = 'PROCESSING')) = ("__new_jobs"."finished_at" IS NULL)),
	CONSTRAINT "jobs_video" CHECK(("__new_jobs"."state" = 'COMPLETED') = ("__new_jobs"."video_url" IS NOT NULL)),
	CONSTRAINT "jobs_video_whole" CHECK(("__new_jobs"."video_url" IS NULL) = ("__new_jobs"."video_content_type" IS NULL) AND ("__new_jobs"."video_expires_at" IS NULL OR "__new_jobs"."video_url" IS NOT NULL)),
	CONSTRAINT "jobs_late_video" CHECK("__new_jobs"."late_video_url" IS NULL OR ("__new_jobs"."state" = 'FAILED' AND "__new_jobs"."submitted_at" IS NOT NULL)),
	CONSTRAINT "jobs_late_video_whole" CHECK(("__new_jobs"."late_video_url" IS NULL) = ("__new_jobs"."late_video_content_type" IS NULL) AND ("__new_jobs"."late_video_expires_at" IS NULL OR "__new_jobs"."late_video_url" IS NOT NULL)),
	CONSTRAINT "jobs_failure" CHECK(("__new_jobs"."state" = 'FAILED') = ("__new_jobs"."failure_code" IS NOT NULL)),
	CONSTRAINT "jobs_failure_whole" CHECK(("__new_jobs"."failure_code" IS NULL) = ("__new_jobs"."failure_message" IS NULL) AND ("__new_jobs"."failure_http_status" IS NULL OR "__new_jobs"."failure_code" IS NOT NULL)),
	CONSTRAINT "jobs_video_id" CHECK(length("__new_jobs"."video_id") = 32),
	CONSTRAINT "jobs_copy_state" CHECK(("__new_jobs"."copy_state" = 'NONE' OR "__new_jobs"."copy_state" = 'WAITING' OR "__new_jobs"."copy_state" = 'STORED' OR "__new_jobs"."copy_state" = 'GONE')),
	CONSTRAINT "jobs_copy" CHECK(CASE WHEN "__new_jobs"."copy_state" = 'NONE' THEN "__new_jobs"."copy_at" IS NULL AND "__new_jobs"."copy_settled_at" IS NULL
        WHEN "__new_jobs"."video_url" IS NULL AND "__new_jobs"."late_video_url" IS NULL THEN "__new_jobs"."copy_state" = 'NONE'
        WHEN "__new_jobs"."copy_state" = 'WAITING' THEN "__new_jobs"."copy_at" IS NOT NULL AND "__new_jobs"."copy_settled_at" IS NULL
        ELSE "__new_jobs"."copy_settled_at" IS NOT NULL END),
	CONSTRAINT "jobs_copy_stored" CHECK("__new_jobs"."copy_state" <> 'STORED' OR ("__new_jobs"."copy_at" IS NULL AND "__new_jobs"."copy_byte_size" IS NOT NULL AND "__new_jobs"."copy_sha256" IS NOT NULL)),
	CONSTRAINT "jobs_deleted" CHECK("__new_jobs"."deleted_at" IS NULL OR ("__new_jobs"."finished_at" IS NOT NULL AND "__new_jobs"."prompt" IN ('', '@test/') AND "__new_jobs"."external_id" IS NULL
        AND "__new_jobs"."request_id" IS NULL AND "__new_jobs"."poll_url" IS NULL AND "__new_jobs"."provider_message" IS NULL
        AND coalesce("__new_jobs"."video_url", '') = '' AND coalesce("__new_jobs"."late_video_url", '') = ''
        AND "__new_jobs"."copy_state" IN ('NONE', 'GONE') AND "__new_jobs"."copy_sha256" IS NULL AND "__new_jobs"."poll_at" IS NULL)),
	CONSTRAINT "jobs_poll" CHECK(CASE WHEN ("__new_jobs"."state" = 'PENDING' OR "__new_jobs"."state" = 'SUBMITTING' OR "__new_jobs"."state" = 'QUEUED' OR "__new_jobs"."state" = 'PROCESSING') THEN "__new_jobs"."poll_at" IS NOT NULL
        ELSE "__new_jobs"."poll_at" IS NULL OR ("__new_jobs"."state" = 'FAILED' AND "__new_jobs"."submitted_at" IS NOT NULL AND "__new_jobs"."late_video_url" IS NULL) END)
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_jobs`("id", "account_id", "number", "owner", "environment", "idempotency_key", "retry_of", "prompt", "aspect_ratio", "seed", "external_id", "price_credits", "state", "version", "request_id", "poll_url", "video_url", "video_content_type", "video_expires_at", "late_video_url", "late_video_content_type", "late_video_expires_at", "failure_code", "failure_message", "failure_http_status", "estimate_quantiles", "estimate_sample_size", "faults", "resends", "created_at", "submitted_at", "started_at", "finished_at", "deadline_at", "poll_at", "polled_at", "token_id", "max_credits", "seed_used", "provider_cost", "provider_message", "provider_http_status", "output_missing_since", "unknown_video", "video_id", "copy_state", "copy_at", "copy_faults", "copy_missing_since", "copy_settled_at", "copy_lost", "copy_byte_size", "copy_sha256", "copy_duration_seconds", "copy_width", "copy_height", "copy_has_poster", "deleted_at") SELECT "id", "account_id", "number", "owner", "environment", "idempotency_key", "retry_of", "prompt", "aspect_ratio", "seed", "external_id", "price_credits", "state", "version", "request_id", "poll_url", "video_url", "video_content_type", "video_expires_at", "late_video_url", "late_video_content_type", "late_video_expires_at", "failure_code", "failure_message", "failure_http_status", "estimate_quantiles", "estimate_sample_size", "faults", "resends", "created_at", "submitted_at", "started_at", "finished_at", "deadline_at", "poll_at", "polled_at", "token_id", "max_credits", "seed_used", "provider_cost", "provider_message", "provider_http_status", "output_missing_since", "unknown_video", lower(hex(randomblob(16))), CASE WHEN coalesce("video_url", "late_video_url") IS NULL THEN 'NONE' WHEN coalesce("video_expires_at", "late_video_expires_at", 9e15) > unixepoch() * 1000 THEN 'WAITING' ELSE 'GONE' END, CASE WHEN coalesce("video_url", "late_video_url") IS NOT NULL AND coalesce("video_expires_at", "late_video_expires_at", 9e15) > unixepoch() * 1000 THEN unixepoch() * 1000 END, 0, NULL, CASE WHEN coalesce("video_expires_at", "late_video_expires_at", 9e15) <= unixepoch() * 1000 THEN coalesce("video_expires_at", "late_video_expires_at") END, 0, NULL, NULL, NULL, NULL, NULL, 0, NULL FROM `jobs` ORDER BY rowid;--> statement-breakpoint
DROP TABLE `jobs`;--> statement-breakpoint
ALTER TABLE `__new_jobs` RENAME TO `jobs`;--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_idempotency_key` ON `jobs` (`owner`,`environment`,`idempotency_key`) WHERE "jobs"."idempotency_key" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_keyless_retry` ON `jobs` (`retry_of`) WHERE "jobs"."idempotency_key" IS NULL AND "jobs"."retry_of" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `jobs_list` ON `jobs` (`account_id`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_by_state` ON `jobs` (`account_id`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_by_external_id` ON `jobs` (`account_id`,`external_id`,`state`,`id`) WHERE "jobs"."external_id" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_number` ON `jobs` (`account_id`,`number`);--> statement-breakpoint
CREATE INDEX `jobs_due_submit` ON `jobs` (`environment`,`poll_at`,`deadline_at`) WHERE "jobs"."state" = 'PENDING';--> statement-breakpoint
CREATE INDEX `jobs_due_look` ON `jobs` (`environment`,`poll_at`,`deadline_at`,`state`) WHERE ("jobs"."state" = 'QUEUED' OR "jobs"."state" = 'PROCESSING' OR "jobs"."state" = 'FAILED') AND "jobs"."poll_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `jobs_due_lease` ON `jobs` (`environment`,`poll_at`) WHERE "jobs"."state" = 'SUBMITTING';--> statement-breakpoint
CREATE INDEX `jobs_due_deadline` ON `jobs` (`environment`,`deadline_at`,`poll_at`) WHERE "jobs"."state" = 'PENDING';--> statement-breakpoint
CREATE INDEX `jobs_completed` ON `jobs` (`environment`,`finished_at`,`submitted_at`) WHERE "jobs"."state" = 'COMPLETED';--> statement-breakpoint
CREATE INDEX `jobs_unconfirmed` ON `jobs` (`environment`) WHERE "jobs"."failure_code" = 'SUBMISSION_UNCONFIRMED';--> statement-breakpoint
CREATE INDEX `jobs_late` ON `jobs` (`environment`) WHERE "jobs"."late_video_url" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `jobs_without_result` ON `jobs` (`environment`) WHERE ("jobs"."failure_code" = 'PROVIDER_BAD_OUTPUT' OR "jobs"."failure_code" = 'PROVIDER_JOB_LOST' OR "jobs"."failure_code" = 'DEADLINE_EXCEEDED') AND "jobs"."submitted_at" IS NOT NULL AND "jobs"."late_video_url" IS NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `jobs_video_id` ON `jobs` (`video_id`);--> statement-breakpoint
CREATE INDEX `jobs_due_copy` ON `jobs` (`copy_state`,`copy_at`) WHERE "jobs"."copy_at" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `jobs_stored` ON `jobs` (`finished_at`,`id`) WHERE "jobs"."copy_state" = 'STORED';--> statement-breakpoint
CREATE INDEX `jobs_kept` ON `jobs` (`finished_at`) WHERE "jobs"."finished_at" IS NOT NULL AND "jobs"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX `jobs_lost_video` ON `jobs` (`environment`) WHERE "jobs"."copy_lost";--> statement-breakpoint
CREATE INDEX `jobs_of_token` ON `jobs` (`token_id`,`state`,`price_credits`) WHERE "jobs"."token_id" IS NOT NULL;
--> statement-breakpoint
CREATE TRIGGER `jobs_new` BEFORE INSERT ON `jobs`
WHEN NEW.`state` <> 'PENDING' OR NEW.`version` <> 1 OR NEW.`copy_state` <> 'NONE' OR NEW.`deleted_at` IS NOT NULL
	OR NOT EXISTS (SELECT 1 FROM `accounts` WHERE `id` = NEW.`account_id` AND `jobs` = NEW.`number`)
	OR (NEW.`number` > 1 AND NOT EXISTS (
		SELECT 1 FROM `jobs` WHERE `account_id` = NEW.`account_id` AND `number` = NEW.`number` - 1
	))
BEGIN
	SELECT RAISE(ABORT, 'jobs_new: a job begins PENDING, at version 1, without a video, as its account''s newest');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_retry_of` BEFORE INSERT ON `jobs`
WHEN NEW.`retry_of` IS NOT NULL AND NOT EXISTS (
	SELECT 1 FROM `jobs`
	WHERE `id` = NEW.`retry_of` AND `account_id` = NEW.`account_id` AND `state` IN ('FAILED', 'CANCELED')
)
BEGIN
	SELECT RAISE(ABORT, 'jobs_retry_of: what is tried again is a FAILED or CANCELED job of the same account');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_fixed` BEFORE UPDATE OF `id`, `account_id`, `number`, `owner`, `environment`, `idempotency_key`, `retry_of`, `aspect_ratio`,
	`seed`, `price_credits`, `created_at`, `token_id`, `max_credits`, `video_id` ON `jobs`
BEGIN
	SELECT RAISE(ABORT, 'jobs_fixed: what was asked for, by which token and at what price, stays');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_asked` BEFORE UPDATE OF `prompt`, `external_id`, `deleted_at` ON `jobs`
WHEN OLD.`deleted_at` IS NOT NULL OR NEW.`deleted_at` IS NULL
BEGIN
	SELECT RAISE(ABORT, 'jobs_asked: the prompt and the reference stay until the job is deleted, once and for good');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_step` BEFORE UPDATE OF `state`, `version`, `late_video_url`, `deleted_at` ON `jobs`
WHEN NEW.`version` - OLD.`version` <> (NEW.`state` <> OLD.`state` OR (OLD.`late_video_url` IS NULL AND NEW.`late_video_url` IS NOT NULL)
	OR (OLD.`deleted_at` IS NULL AND NEW.`deleted_at` IS NOT NULL))
BEGIN
	SELECT RAISE(ABORT, 'jobs_step: the version counts changes of state, the arrival of a late video and the deletion, and nothing else');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_ended` BEFORE UPDATE OF `state`, `video_url`, `video_content_type`, `video_expires_at`, `failure_code`,
	`failure_message`, `failure_http_status`, `finished_at` ON `jobs`
WHEN (OLD.`state` = 'COMPLETED' OR OLD.`state` = 'FAILED' OR OLD.`state` = 'CANCELED')
	AND NOT (OLD.`deleted_at` IS NULL AND NEW.`deleted_at` IS NOT NULL AND NEW.`state` = OLD.`state` AND NEW.`finished_at` = OLD.`finished_at`
		AND NEW.`failure_code` IS OLD.`failure_code`)
BEGIN
	SELECT RAISE(ABORT, 'jobs_ended: no end is left or told again');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_accepted` BEFORE UPDATE OF `request_id`, `poll_url`, `submitted_at` ON `jobs`
WHEN OLD.`submitted_at` IS NOT NULL AND
	(NEW.`request_id` IS NOT OLD.`request_id` OR NEW.`poll_url` IS NOT OLD.`poll_url` OR NEW.`submitted_at` IS NOT OLD.`submitted_at`)
	AND NOT (OLD.`deleted_at` IS NULL AND NEW.`deleted_at` IS NOT NULL AND NEW.`submitted_at` = OLD.`submitted_at`)
BEGIN
	SELECT RAISE(ABORT, 'jobs_accepted: the provider accepts a job once');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_late` BEFORE UPDATE OF `late_video_url`, `late_video_content_type`, `late_video_expires_at` ON `jobs`
WHEN OLD.`late_video_url` IS NOT NULL AND NOT (OLD.`deleted_at` IS NULL AND NEW.`deleted_at` IS NOT NULL AND NEW.`late_video_url` IS NOT NULL)
BEGIN
	SELECT RAISE(ABORT, 'jobs_late: a late video is kept');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_copied` BEFORE UPDATE OF `copy_state` ON `jobs`
WHEN NEW.`copy_state` <> OLD.`copy_state` AND NOT (
	(OLD.`copy_state` = 'NONE' AND NEW.`copy_state` = 'WAITING')
	OR (OLD.`copy_state` = 'NONE' AND NEW.`copy_state` = 'GONE' AND NEW.`deleted_at` IS NOT NULL)
	OR (OLD.`copy_state` = 'WAITING' AND NEW.`copy_state` IN ('STORED', 'GONE'))
	OR (OLD.`copy_state` = 'STORED' AND NEW.`copy_state` = 'GONE')
)
BEGIN
	SELECT RAISE(ABORT, 'jobs_copied: a copy waits, is stored and is gone, in this order');
END;
--> statement-breakpoint
CREATE TRIGGER `job_events_new` BEFORE INSERT ON `job_events`
WHEN NOT EXISTS (
		SELECT 1 FROM `jobs` JOIN `accounts` ON `accounts`.`id` = `jobs`.`account_id`
		WHERE `jobs`.`id` = NEW.`job_id` AND `jobs`.`version` = NEW.`version` AND `accounts`.`id` = NEW.`account_id`
			AND `accounts`.`feed` = NEW.`feed`
			AND NEW.`status` = CASE `jobs`.`state` WHEN 'SUBMITTING' THEN 'PENDING' ELSE `jobs`.`state` END
	)
	OR (NEW.`version` > 1 AND NOT EXISTS (
		SELECT 1 FROM `job_events` WHERE `job_id` = NEW.`job_id` AND `version` = NEW.`version` - 1
	))
	OR (NEW.`feed` > 1 AND NOT EXISTS (
		SELECT 1 FROM `job_events` WHERE `account_id` = NEW.`account_id` AND `feed` = NEW.`feed` - 1
	))
	OR (NEW.`status` = 'COMPLETED' AND NOT EXISTS (
		SELECT 1 FROM `ledger_entries` WHERE `job_id` = NEW.`job_id`
	))
BEGIN
	SELECT RAISE(ABORT, 'job_events_new: an event tells its job''s newest state, with no gap before it and its price captured');
END;
--> statement-breakpoint
CREATE TRIGGER `job_events_fixed` BEFORE UPDATE ON `job_events`
WHEN NEW.`job_id` <> OLD.`job_id` OR NEW.`version` <> OLD.`version` OR NEW.`account_id` <> OLD.`account_id` OR NEW.`feed` <> OLD.`feed`
	OR NEW.`status` <> OLD.`status` OR NEW.`occurred_at` <> OLD.`occurred_at`
	OR NOT EXISTS (SELECT 1 FROM `jobs` WHERE `id` = OLD.`job_id` AND `deleted_at` IS NOT NULL)
BEGIN
	SELECT RAISE(ABORT, 'job_events_fixed: history is not rewritten, but for the words of a deleted job');
END;
--> statement-breakpoint
CREATE TRIGGER `ledger_entries_price` BEFORE INSERT ON `ledger_entries`
WHEN NEW.`kind` = 'CAPTURE' AND NOT EXISTS (
	SELECT 1 FROM `jobs`
	WHERE `id` = NEW.`job_id` AND `account_id` = NEW.`account_id` AND `state` = 'COMPLETED' AND `price_credits` = -NEW.`credits`
)
BEGIN
	SELECT RAISE(ABORT, 'ledger_entries_price: a COMPLETED job is captured, at its price');
END;
