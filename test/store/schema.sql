CREATE TABLE `accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`environment` text NOT NULL,
	`balance` integer NOT NULL,
	`held` integer NOT NULL,
	`running` integer NOT NULL,
	`feed` integer NOT NULL,
	`ledger` integer NOT NULL,
	`jobs` integer NOT NULL,
	`created_at` integer NOT NULL, `served_at` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "accounts_environment" CHECK("accounts"."environment" IN ('LIVE', 'TEST')),
	CONSTRAINT "accounts_held" CHECK("accounts"."held" >= 0),
	CONSTRAINT "accounts_available" CHECK("accounts"."balance" >= "accounts"."held"),
	CONSTRAINT "accounts_most" CHECK("accounts"."balance" <= 1000000000),
	CONSTRAINT "accounts_running" CHECK("accounts"."running" BETWEEN 0 AND "accounts"."jobs" AND ("accounts"."running" > 0 OR "accounts"."held" = 0))
) STRICT;

CREATE UNIQUE INDEX `accounts_key` ON `accounts` (`owner`,`environment`);

CREATE INDEX `accounts_served` ON `accounts` (`environment`,`served_at`) WHERE "accounts"."running" > 0;

CREATE UNIQUE INDEX `accounts_whole_key` ON `accounts` (`id`,`owner`,`environment`);

CREATE TRIGGER `accounts_fixed` BEFORE UPDATE OF `id`, `owner`, `environment`, `created_at` ON `accounts`
BEGIN
	SELECT RAISE(ABORT, 'accounts_fixed: an account stays its owner''s');
END;

CREATE TRIGGER `accounts_new` BEFORE INSERT ON `accounts`
WHEN NEW.`balance` <> 0 OR NEW.`held` <> 0 OR NEW.`running` <> 0 OR NEW.`feed` <> 0 OR NEW.`ledger` <> 0 OR NEW.`jobs` <> 0
BEGIN
	SELECT RAISE(ABORT, 'accounts_new: an account begins empty');
END;

CREATE TRIGGER `accounts_step` BEFORE UPDATE OF `balance`, `feed`, `ledger`, `jobs` ON `accounts`
WHEN NEW.`feed` - OLD.`feed` NOT IN (0, 1)
	OR NEW.`ledger` - OLD.`ledger` NOT IN (0, 1)
	OR NEW.`jobs` - OLD.`jobs` NOT IN (0, 1)
	OR (NEW.`balance` <> OLD.`balance` AND NEW.`ledger` = OLD.`ledger`)
BEGIN
	SELECT RAISE(ABORT, 'accounts_step: counters grow one by one, and a balance moves with its ledger');
END;

CREATE TABLE "api_keys" (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`environment` text NOT NULL,
	`secret_hash` blob NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`last_used_at` integer, `label` text,
	CONSTRAINT "api_keys_owner" CHECK(length("api_keys"."owner") BETWEEN 1 AND 255),
	CONSTRAINT "api_keys_environment" CHECK("api_keys"."environment" IN ('LIVE', 'TEST')),
	CONSTRAINT "api_keys_secret_hash" CHECK(length("api_keys"."secret_hash") = 32),
	CONSTRAINT "api_keys_scopes" CHECK(("api_keys"."scopes" = 'jobs:read' OR "api_keys"."scopes" = 'jobs:write' OR "api_keys"."scopes" = 'jobs:read jobs:write' OR "api_keys"."scopes" = 'credits:read' OR "api_keys"."scopes" = 'jobs:read credits:read' OR "api_keys"."scopes" = 'jobs:write credits:read' OR "api_keys"."scopes" = 'jobs:read jobs:write credits:read' OR "api_keys"."scopes" = 'webhooks:write' OR "api_keys"."scopes" = 'jobs:read webhooks:write' OR "api_keys"."scopes" = 'jobs:write webhooks:write' OR "api_keys"."scopes" = 'jobs:read jobs:write webhooks:write' OR "api_keys"."scopes" = 'credits:read webhooks:write' OR "api_keys"."scopes" = 'jobs:read credits:read webhooks:write' OR "api_keys"."scopes" = 'jobs:write credits:read webhooks:write' OR "api_keys"."scopes" = 'jobs:read jobs:write credits:read webhooks:write' OR "api_keys"."scopes" = 'admin' OR "api_keys"."scopes" = 'jobs:read admin' OR "api_keys"."scopes" = 'jobs:write admin' OR "api_keys"."scopes" = 'jobs:read jobs:write admin' OR "api_keys"."scopes" = 'credits:read admin' OR "api_keys"."scopes" = 'jobs:read credits:read admin' OR "api_keys"."scopes" = 'jobs:write credits:read admin' OR "api_keys"."scopes" = 'jobs:read jobs:write credits:read admin' OR "api_keys"."scopes" = 'webhooks:write admin' OR "api_keys"."scopes" = 'jobs:read webhooks:write admin' OR "api_keys"."scopes" = 'jobs:write webhooks:write admin' OR "api_keys"."scopes" = 'jobs:read jobs:write webhooks:write admin' OR "api_keys"."scopes" = 'credits:read webhooks:write admin' OR "api_keys"."scopes" = 'jobs:read credits:read webhooks:write admin' OR "api_keys"."scopes" = 'jobs:write credits:read webhooks:write admin' OR "api_keys"."scopes" = 'jobs:read jobs:write credits:read webhooks:write admin')),
	CONSTRAINT "api_keys_expires_at" CHECK("api_keys"."expires_at" > "api_keys"."created_at")
) STRICT;

CREATE INDEX `api_keys_by_owner` ON `api_keys` (`environment`,`owner`,`id`);

CREATE INDEX `api_keys_list` ON `api_keys` (`environment`,`id`);

CREATE TRIGGER `api_keys_fixed` BEFORE UPDATE OF `id`, `owner`, `environment`, `secret_hash`, `scopes`, `created_at`, `expires_at` ON `api_keys`
BEGIN
	SELECT RAISE(ABORT, 'api_keys_fixed: what a key may do stays');
END;

CREATE TRIGGER `api_keys_kept` BEFORE DELETE ON `api_keys`
BEGIN
	SELECT RAISE(ABORT, 'api_keys_kept: keys are revoked, not removed');
END;

CREATE TRIGGER `api_keys_label` BEFORE INSERT ON `api_keys`
WHEN length(NEW.`label`) NOT BETWEEN 1 AND 100
BEGIN
	SELECT RAISE(ABORT, 'api_keys_label: a label has 1 to 100 characters');
END;

CREATE TRIGGER `api_keys_label_fixed` BEFORE UPDATE OF `label` ON `api_keys`
BEGIN
	SELECT RAISE(ABORT, 'api_keys_label_fixed: the label of a key stays');
END;

CREATE TRIGGER `api_keys_new` BEFORE INSERT ON `api_keys`
WHEN NEW.`revoked_at` IS NOT NULL OR NEW.`last_used_at` IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'api_keys_new: a key begins unused and good');
END;

CREATE TRIGGER `api_keys_revoked` BEFORE UPDATE OF `revoked_at` ON `api_keys`
WHEN OLD.`revoked_at` IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'api_keys_revoked: a key is revoked for good');
END;

CREATE TRIGGER `api_keys_used` BEFORE UPDATE OF `last_used_at` ON `api_keys`
WHEN NEW.`last_used_at` IS NULL OR NEW.`last_used_at` < OLD.`last_used_at`
BEGIN
	SELECT RAISE(ABORT, 'api_keys_used: the last use only moves on');
END;

CREATE TABLE `audit_entries` (
	`id` text PRIMARY KEY NOT NULL,
	`environment` text NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`target` text NOT NULL,
	`reason` text,
	`details` text,
	CONSTRAINT "audit_entries_environment" CHECK("audit_entries"."environment" IN ('LIVE', 'TEST')),
	CONSTRAINT "audit_entries_said" CHECK(length("audit_entries"."actor") > 0 AND length("audit_entries"."action") > 0 AND length("audit_entries"."target") > 0)
) STRICT;

CREATE INDEX `audit_entries_list` ON `audit_entries` (`environment`,`id`);

CREATE INDEX `audit_entries_of_action` ON `audit_entries` (`environment`,`action`,`id`);

CREATE TRIGGER `audit_entries_fixed` BEFORE UPDATE ON `audit_entries`
BEGIN
	SELECT RAISE(ABORT, 'audit_entries_fixed: an entry never changes');
END;

CREATE TRIGGER `audit_entries_kept` BEFORE DELETE ON `audit_entries`
BEGIN
	SELECT RAISE(ABORT, 'audit_entries_kept: no entry is removed');
END;

CREATE TRIGGER `audit_entries_new` BEFORE INSERT ON `audit_entries`
WHEN EXISTS (SELECT 1 FROM `audit_entries` WHERE `id` = NEW.`id`)
BEGIN
	SELECT RAISE(ABORT, 'audit_entries_new: no entry replaces another');
END;

CREATE TABLE `budgets` (
	`environment` text NOT NULL,
	`id` text NOT NULL,
	`owner` text NOT NULL,
	`period` text NOT NULL,
	`limit_credits` integer NOT NULL,
	`used_credits` integer NOT NULL,
	`period_start` integer NOT NULL,
	`is_default` integer NOT NULL,
	`reported_percent` integer NOT NULL,
	PRIMARY KEY(`environment`, `id`),
	CONSTRAINT "budgets_environment" CHECK("budgets"."environment" IN ('LIVE', 'TEST')),
	CONSTRAINT "budgets_period" CHECK("budgets"."period" IN ('MONTH', 'TOTAL')),
	CONSTRAINT "budgets_id" CHECK("budgets"."id" = "budgets"."owner" || '/' || "budgets"."period"),
	CONSTRAINT "budgets_credits" CHECK("budgets"."limit_credits" >= 0 AND "budgets"."used_credits" >= 0),
	CONSTRAINT "budgets_reported" CHECK("budgets"."reported_percent" IN (0, 50, 80, 100)),
	CONSTRAINT "budgets_total" CHECK("budgets"."period" <> 'TOTAL' OR "budgets"."period_start" = 0)
) STRICT;

CREATE INDEX `budgets_by_owner` ON `budgets` (`environment`,`owner`,`period`);

CREATE TABLE `erasures` (
	`account_id` text PRIMARY KEY NOT NULL,
	`environment` text NOT NULL,
	`owner` text NOT NULL,
	`ordered_at` integer NOT NULL,
	`last_number` integer NOT NULL,
	`position` integer NOT NULL,
	`reopened` integer NOT NULL,
	`jobs` integer NOT NULL,
	`videos` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "erasures_position" CHECK("erasures"."position" BETWEEN 0 AND "erasures"."last_number"),
	CONSTRAINT "erasures_counts" CHECK("erasures"."jobs" = "erasures"."last_number" AND "erasures"."videos" BETWEEN 0 AND "erasures"."jobs")
) STRICT;

CREATE INDEX `erasures_open` ON `erasures` (`ordered_at`) WHERE "erasures"."position" < "erasures"."last_number";

CREATE TABLE "job_events" (
	`job_id` text NOT NULL,
	`version` integer NOT NULL,
	`account_id` text NOT NULL,
	`feed` integer NOT NULL,
	`status` text NOT NULL,
	`message` text NOT NULL,
	`occurred_at` integer NOT NULL,
	PRIMARY KEY(`job_id`, `version`),
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "job_events_status" CHECK(("job_events"."status" = 'PENDING' OR "job_events"."status" = 'QUEUED' OR "job_events"."status" = 'PROCESSING' OR "job_events"."status" = 'COMPLETED' OR "job_events"."status" = 'FAILED' OR "job_events"."status" = 'CANCELED'))
) STRICT;

CREATE UNIQUE INDEX `job_events_feed` ON `job_events` (`account_id`,`feed`);

CREATE TRIGGER `job_events_fixed` BEFORE UPDATE ON `job_events`
WHEN NEW.`job_id` <> OLD.`job_id` OR NEW.`version` <> OLD.`version` OR NEW.`account_id` <> OLD.`account_id` OR NEW.`feed` <> OLD.`feed`
	OR NEW.`status` <> OLD.`status` OR NEW.`occurred_at` <> OLD.`occurred_at`
	OR NOT EXISTS (SELECT 1 FROM `jobs` WHERE `id` = OLD.`job_id` AND `deleted_at` IS NOT NULL)
BEGIN
	SELECT RAISE(ABORT, 'job_events_fixed: history is not rewritten, but for the words of a deleted job');
END;

CREATE TRIGGER `job_events_kept` BEFORE DELETE ON `job_events`
BEGIN
	SELECT RAISE(ABORT, 'job_events_kept: history is not rewritten');
END;

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

CREATE TABLE "jobs" (
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
	`deleted_at` integer, `api_key_id` text, `failed_polls` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`retry_of`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`account_id`,`owner`,`environment`) REFERENCES `accounts`(`id`,`owner`,`environment`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "jobs_prompt" CHECK(("jobs"."prompt" <> '' OR "jobs"."deleted_at" IS NOT NULL) AND length("jobs"."prompt") <= 2000),
	CONSTRAINT "jobs_aspect_ratio" CHECK(("jobs"."aspect_ratio" = 'LANDSCAPE_16_9' OR "jobs"."aspect_ratio" = 'PORTRAIT_9_16' OR "jobs"."aspect_ratio" = 'SQUARE_1_1' OR "jobs"."aspect_ratio" = 'LANDSCAPE_4_3' OR "jobs"."aspect_ratio" = 'PORTRAIT_3_4')),
	CONSTRAINT "jobs_seed" CHECK("jobs"."seed" BETWEEN -1 AND 9007199254740991),
	CONSTRAINT "jobs_external_id" CHECK(length("jobs"."external_id") <= 255),
	CONSTRAINT "jobs_key" CHECK(length("jobs"."idempotency_key") BETWEEN 1 AND 255 AND "jobs"."idempotency_key" NOT GLOB '*[^ -~]*'),
	CONSTRAINT "jobs_price" CHECK("jobs"."price_credits" >= 0),
	CONSTRAINT "jobs_state" CHECK(("jobs"."state" = 'PENDING' OR "jobs"."state" = 'SUBMITTING' OR "jobs"."state" = 'QUEUED' OR "jobs"."state" = 'PROCESSING' OR "jobs"."state" = 'COMPLETED' OR "jobs"."state" = 'FAILED' OR "jobs"."state" = 'CANCELED')),
	CONSTRAINT "jobs_counters" CHECK("jobs"."version" >= 1 AND "jobs"."faults" >= 0 AND "jobs"."resends" >= 0),
	CONSTRAINT "jobs_estimate" CHECK(json_type("jobs"."estimate_quantiles") = 'array' AND "jobs"."estimate_sample_size" >= 0),
	CONSTRAINT "jobs_submission" CHECK(("jobs"."deleted_at" IS NOT NULL OR ("jobs"."submitted_at" IS NULL) = ("jobs"."poll_url" IS NULL))
        AND ("jobs"."request_id" IS NULL OR "jobs"."poll_url" IS NOT NULL)),
	CONSTRAINT "jobs_submitted" CHECK(CASE WHEN ("jobs"."state" = 'PENDING' OR "jobs"."state" = 'SUBMITTING' OR "jobs"."state" = 'CANCELED') THEN "jobs"."submitted_at" IS NULL
        WHEN ("jobs"."state" = 'QUEUED' OR "jobs"."state" = 'PROCESSING' OR "jobs"."state" = 'COMPLETED') THEN "jobs"."submitted_at" IS NOT NULL ELSE "jobs"."state" = 'FAILED' END),
	CONSTRAINT "jobs_started" CHECK(CASE WHEN "jobs"."state" = 'PROCESSING' THEN "jobs"."started_at" IS NOT NULL
        ELSE "jobs"."started_at" IS NULL OR "jobs"."submitted_at" IS NOT NULL END),
	CONSTRAINT "jobs_finished" CHECK((("jobs"."state" = 'PENDING' OR "jobs"."state" = 'SUBMITTING' OR "jobs"."state" = 'QUEUED' OR "jobs"."state" = 'PROCESSING')) = ("jobs"."finished_at" IS NULL)),
	CONSTRAINT "jobs_video" CHECK(("jobs"."state" = 'COMPLETED') = ("jobs"."video_url" IS NOT NULL)),
	CONSTRAINT "jobs_video_whole" CHECK(("jobs"."video_url" IS NULL) = ("jobs"."video_content_type" IS NULL) AND ("jobs"."video_expires_at" IS NULL OR "jobs"."video_url" IS NOT NULL)),
	CONSTRAINT "jobs_late_video" CHECK("jobs"."late_video_url" IS NULL OR ("jobs"."state" = 'FAILED' AND "jobs"."submitted_at" IS NOT NULL)),
	CONSTRAINT "jobs_late_video_whole" CHECK(("jobs"."late_video_url" IS NULL) = ("jobs"."late_video_content_type" IS NULL) AND ("jobs"."late_video_expires_at" IS NULL OR "jobs"."late_video_url" IS NOT NULL)),
	CONSTRAINT "jobs_failure" CHECK(("jobs"."state" = 'FAILED') = ("jobs"."failure_code" IS NOT NULL)),
	CONSTRAINT "jobs_failure_whole" CHECK(("jobs"."failure_code" IS NULL) = ("jobs"."failure_message" IS NULL) AND ("jobs"."failure_http_status" IS NULL OR "jobs"."failure_code" IS NOT NULL)),
	CONSTRAINT "jobs_video_id" CHECK(length("jobs"."video_id") = 32),
	CONSTRAINT "jobs_copy_state" CHECK(("jobs"."copy_state" = 'NONE' OR "jobs"."copy_state" = 'WAITING' OR "jobs"."copy_state" = 'STORED' OR "jobs"."copy_state" = 'GONE')),
	CONSTRAINT "jobs_copy" CHECK(CASE WHEN "jobs"."copy_state" = 'NONE' THEN "jobs"."copy_at" IS NULL AND "jobs"."copy_settled_at" IS NULL
        WHEN "jobs"."video_url" IS NULL AND "jobs"."late_video_url" IS NULL THEN "jobs"."copy_state" = 'NONE'
        WHEN "jobs"."copy_state" = 'WAITING' THEN "jobs"."copy_at" IS NOT NULL AND "jobs"."copy_settled_at" IS NULL
        ELSE "jobs"."copy_settled_at" IS NOT NULL END),
	CONSTRAINT "jobs_copy_stored" CHECK("jobs"."copy_state" <> 'STORED' OR ("jobs"."copy_at" IS NULL AND "jobs"."copy_byte_size" IS NOT NULL AND "jobs"."copy_sha256" IS NOT NULL)),
	CONSTRAINT "jobs_deleted" CHECK("jobs"."deleted_at" IS NULL OR ("jobs"."finished_at" IS NOT NULL AND "jobs"."prompt" IN ('', '@test/') AND "jobs"."external_id" IS NULL
        AND "jobs"."request_id" IS NULL AND "jobs"."poll_url" IS NULL AND "jobs"."provider_message" IS NULL
        AND coalesce("jobs"."video_url", '') = '' AND coalesce("jobs"."late_video_url", '') = ''
        AND "jobs"."copy_state" IN ('NONE', 'GONE') AND "jobs"."copy_sha256" IS NULL AND "jobs"."poll_at" IS NULL)),
	CONSTRAINT "jobs_poll" CHECK(CASE WHEN ("jobs"."state" = 'PENDING' OR "jobs"."state" = 'SUBMITTING' OR "jobs"."state" = 'QUEUED' OR "jobs"."state" = 'PROCESSING') THEN "jobs"."poll_at" IS NOT NULL
        ELSE "jobs"."poll_at" IS NULL OR ("jobs"."state" = 'FAILED' AND "jobs"."submitted_at" IS NOT NULL AND "jobs"."late_video_url" IS NULL) END)
) STRICT;

CREATE INDEX `jobs_accepted` ON `jobs` (`environment`,`submitted_at`) WHERE "jobs"."submitted_at" > 0;

CREATE INDEX `jobs_all_by_external_id` ON `jobs` (`environment`,`external_id`,`state`,`id`) WHERE "jobs"."external_id" IS NOT NULL;

CREATE INDEX `jobs_all_by_failure` ON `jobs` (`failure_code`,`environment`,`id`) WHERE "jobs"."failure_code" IS NOT NULL;

CREATE INDEX `jobs_all_by_state` ON `jobs` (`state`,`environment`,`id`);

CREATE INDEX `jobs_all_odd` ON `jobs` (`environment`,`id`) WHERE substr("jobs"."id", 1, 8) || substr("jobs"."id", 10, 4) NOT BETWEEN printf('%012x', "jobs"."created_at" - 60000) AND printf('%012x', "jobs"."created_at" + 60000);

CREATE INDEX `jobs_by_external_id` ON `jobs` (`account_id`,`external_id`,`state`,`id`) WHERE "jobs"."external_id" IS NOT NULL;

CREATE INDEX `jobs_by_failure` ON `jobs` (`account_id`,`failure_code`,`id`) WHERE "jobs"."failure_code" IS NOT NULL;

CREATE INDEX `jobs_by_request` ON `jobs` (`environment`,`request_id`) WHERE "jobs"."request_id" IS NOT NULL;

CREATE INDEX `jobs_by_state` ON `jobs` (`account_id`,`state`,`id`);

CREATE INDEX `jobs_completed` ON `jobs` (`environment`,`finished_at`,`submitted_at`) WHERE "jobs"."state" = 'COMPLETED';

CREATE INDEX `jobs_due_copy` ON `jobs` (`copy_state`,`copy_at`) WHERE "jobs"."copy_at" IS NOT NULL;

CREATE INDEX `jobs_due_deadline` ON `jobs` (`environment`,`deadline_at`,`poll_at`) WHERE "jobs"."state" = 'PENDING';

CREATE INDEX `jobs_due_lease` ON `jobs` (`environment`,`poll_at`) WHERE "jobs"."state" = 'SUBMITTING';

CREATE INDEX `jobs_due_look` ON `jobs` (`environment`,`poll_at`,`deadline_at`,`state`) WHERE ("jobs"."state" = 'QUEUED' OR "jobs"."state" = 'PROCESSING' OR "jobs"."state" = 'FAILED') AND "jobs"."poll_at" IS NOT NULL;

CREATE INDEX `jobs_due_submit` ON `jobs` (`environment`,`poll_at`,`deadline_at`) WHERE "jobs"."state" = 'PENDING';

CREATE INDEX `jobs_failed` ON `jobs` (`environment`,`finished_at`) WHERE "jobs"."state" = 'FAILED';

CREATE UNIQUE INDEX `jobs_idempotency_key` ON `jobs` (`owner`,`environment`,`idempotency_key`) WHERE "jobs"."idempotency_key" IS NOT NULL;

CREATE INDEX `jobs_kept` ON `jobs` (`finished_at`) WHERE "jobs"."finished_at" IS NOT NULL AND "jobs"."deleted_at" IS NULL;

CREATE UNIQUE INDEX `jobs_keyless_retry` ON `jobs` (`retry_of`) WHERE "jobs"."idempotency_key" IS NULL AND "jobs"."retry_of" IS NOT NULL;

CREATE INDEX `jobs_late` ON `jobs` (`environment`) WHERE "jobs"."late_video_url" IS NOT NULL;

CREATE INDEX `jobs_list` ON `jobs` (`account_id`,`id`);

CREATE INDEX `jobs_lost_video` ON `jobs` (`environment`) WHERE "jobs"."copy_lost";

CREATE UNIQUE INDEX `jobs_number` ON `jobs` (`account_id`,`number`);

CREATE INDEX `jobs_odd` ON `jobs` (`account_id`,`id`) WHERE substr("jobs"."id", 1, 8) || substr("jobs"."id", 10, 4) NOT BETWEEN printf('%012x', "jobs"."created_at" - 60000) AND printf('%012x', "jobs"."created_at" + 60000);

CREATE INDEX `jobs_of_token` ON `jobs` (`token_id`,`state`,`price_credits`) WHERE "jobs"."token_id" IS NOT NULL;

CREATE INDEX `jobs_stored` ON `jobs` (`finished_at`,`id`) WHERE "jobs"."copy_state" = 'STORED';

CREATE INDEX `jobs_time` ON `jobs` (`environment`,`created_at`,`id`) WHERE "jobs"."created_at" > 0;

CREATE INDEX `jobs_unconfirmed` ON `jobs` (`environment`) WHERE "jobs"."failure_code" = 'SUBMISSION_UNCONFIRMED';

CREATE UNIQUE INDEX `jobs_video_id` ON `jobs` (`video_id`);

CREATE INDEX `jobs_without_result` ON `jobs` (`environment`) WHERE ("jobs"."failure_code" = 'PROVIDER_BAD_OUTPUT' OR "jobs"."failure_code" = 'PROVIDER_JOB_LOST' OR "jobs"."failure_code" = 'DEADLINE_EXCEEDED') AND "jobs"."submitted_at" IS NOT NULL AND "jobs"."late_video_url" IS NULL;

CREATE TRIGGER `jobs_accepted` BEFORE UPDATE OF `request_id`, `poll_url`, `submitted_at` ON `jobs`
WHEN OLD.`submitted_at` IS NOT NULL AND
	(NEW.`request_id` IS NOT OLD.`request_id` OR NEW.`poll_url` IS NOT OLD.`poll_url` OR NEW.`submitted_at` IS NOT OLD.`submitted_at`)
	AND NOT (OLD.`deleted_at` IS NULL AND NEW.`deleted_at` IS NOT NULL AND NEW.`submitted_at` = OLD.`submitted_at`)
BEGIN
	SELECT RAISE(ABORT, 'jobs_accepted: the provider accepts a job once');
END;

CREATE TRIGGER `jobs_asked` BEFORE UPDATE OF `prompt`, `external_id`, `deleted_at` ON `jobs`
WHEN OLD.`deleted_at` IS NOT NULL OR NEW.`deleted_at` IS NULL
BEGIN
	SELECT RAISE(ABORT, 'jobs_asked: the prompt and the reference stay until the job is deleted, once and for good');
END;

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

CREATE TRIGGER `jobs_ended` BEFORE UPDATE OF `state`, `video_url`, `video_content_type`, `video_expires_at`, `failure_code`,
	`failure_message`, `failure_http_status`, `finished_at` ON `jobs`
WHEN (OLD.`state` = 'COMPLETED' OR OLD.`state` = 'FAILED' OR OLD.`state` = 'CANCELED')
	AND NOT (OLD.`deleted_at` IS NULL AND NEW.`deleted_at` IS NOT NULL AND NEW.`state` = OLD.`state` AND NEW.`finished_at` = OLD.`finished_at`
		AND NEW.`failure_code` IS OLD.`failure_code`)
BEGIN
	SELECT RAISE(ABORT, 'jobs_ended: no end is left or told again');
END;

CREATE TRIGGER `jobs_fixed` BEFORE UPDATE OF `id`, `account_id`, `number`, `owner`, `environment`, `idempotency_key`, `retry_of`, `aspect_ratio`,
	`seed`, `price_credits`, `created_at`, `token_id`, `max_credits`, `video_id`, `api_key_id` ON `jobs`
BEGIN
	SELECT RAISE(ABORT, 'jobs_fixed: what was asked for, by which token or key and at what price, stays');
END;

CREATE TRIGGER `jobs_late` BEFORE UPDATE OF `late_video_url`, `late_video_content_type`, `late_video_expires_at` ON `jobs`
WHEN OLD.`late_video_url` IS NOT NULL AND NOT (OLD.`deleted_at` IS NULL AND NEW.`deleted_at` IS NOT NULL AND NEW.`late_video_url` IS NOT NULL)
BEGIN
	SELECT RAISE(ABORT, 'jobs_late: a late video is kept');
END;

CREATE TRIGGER `jobs_new` BEFORE INSERT ON `jobs`
WHEN NEW.`state` <> 'PENDING' OR NEW.`version` <> 1 OR NEW.`copy_state` <> 'NONE' OR NEW.`deleted_at` IS NOT NULL
	OR NOT EXISTS (SELECT 1 FROM `accounts` WHERE `id` = NEW.`account_id` AND `jobs` = NEW.`number`)
	OR (NEW.`number` > 1 AND NOT EXISTS (
		SELECT 1 FROM `jobs` WHERE `account_id` = NEW.`account_id` AND `number` = NEW.`number` - 1
	))
BEGIN
	SELECT RAISE(ABORT, 'jobs_new: a job begins PENDING, at version 1, without a video, as its account''s newest');
END;

CREATE TRIGGER `jobs_retry_of` BEFORE INSERT ON `jobs`
WHEN NEW.`retry_of` IS NOT NULL AND NOT EXISTS (
	SELECT 1 FROM `jobs`
	WHERE `id` = NEW.`retry_of` AND `account_id` = NEW.`account_id` AND `state` IN ('FAILED', 'CANCELED')
)
BEGIN
	SELECT RAISE(ABORT, 'jobs_retry_of: what is tried again is a FAILED or CANCELED job of the same account');
END;

CREATE TRIGGER `jobs_step` BEFORE UPDATE OF `state`, `version`, `late_video_url`, `deleted_at` ON `jobs`
WHEN NEW.`version` - OLD.`version` <> (NEW.`state` <> OLD.`state` OR (OLD.`late_video_url` IS NULL AND NEW.`late_video_url` IS NOT NULL)
	OR (OLD.`deleted_at` IS NULL AND NEW.`deleted_at` IS NOT NULL))
BEGIN
	SELECT RAISE(ABORT, 'jobs_step: the version counts changes of state, the arrival of a late video and the deletion, and nothing else');
END;

CREATE TABLE "ledger_entries" (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`environment` text NOT NULL,
	`number` integer NOT NULL,
	`kind` text NOT NULL,
	`credits` integer NOT NULL,
	`balance_after` integer NOT NULL,
	`job_id` text,
	`reason` text,
	`idempotency_key` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "ledger_entries_kind" CHECK(("ledger_entries"."kind" = 'GRANT' OR "ledger_entries"."kind" = 'CAPTURE' OR "ledger_entries"."kind" = 'REFUND')),
	CONSTRAINT "ledger_entries_grant" CHECK("ledger_entries"."kind" <> 'GRANT' OR ("ledger_entries"."credits" <> 0 AND "ledger_entries"."job_id" IS NULL AND "ledger_entries"."reason" IS NOT NULL)),
	CONSTRAINT "ledger_entries_capture" CHECK("ledger_entries"."kind" <> 'CAPTURE' OR ("ledger_entries"."credits" <= 0 AND "ledger_entries"."job_id" IS NOT NULL AND "ledger_entries"."reason" IS NULL AND "ledger_entries"."idempotency_key" IS NULL)),
	CONSTRAINT "ledger_entries_refund" CHECK("ledger_entries"."kind" <> 'REFUND' OR ("ledger_entries"."credits" >= 0 AND "ledger_entries"."job_id" IS NOT NULL AND "ledger_entries"."reason" IS NOT NULL AND "ledger_entries"."idempotency_key" IS NULL))
) STRICT;

CREATE UNIQUE INDEX `ledger_entries_grant_key` ON `ledger_entries` (`environment`,`idempotency_key`) WHERE "ledger_entries"."idempotency_key" IS NOT NULL;

CREATE UNIQUE INDEX `ledger_entries_job` ON `ledger_entries` (`job_id`,`kind`) WHERE "ledger_entries"."job_id" IS NOT NULL;

CREATE UNIQUE INDEX `ledger_entries_number` ON `ledger_entries` (`account_id`,`number`);

CREATE INDEX `ledger_entries_time` ON `ledger_entries` (`environment`,`created_at`,`id`);

CREATE TRIGGER `ledger_entries_fixed` BEFORE UPDATE ON `ledger_entries`
BEGIN
	SELECT RAISE(ABORT, 'ledger_entries_fixed: history is not rewritten');
END;

CREATE TRIGGER `ledger_entries_kept` BEFORE DELETE ON `ledger_entries`
BEGIN
	SELECT RAISE(ABORT, 'ledger_entries_kept: history is not rewritten');
END;

CREATE TRIGGER `ledger_entries_new` BEFORE INSERT ON `ledger_entries`
WHEN NOT EXISTS (
		SELECT 1 FROM `accounts`
		WHERE `id` = NEW.`account_id` AND `environment` = NEW.`environment` AND `ledger` = NEW.`number`
			AND `balance` = NEW.`balance_after`
	)
	OR NEW.`balance_after` - NEW.`credits` IS NOT CASE NEW.`number` WHEN 1 THEN 0 ELSE (
		SELECT `balance_after` FROM `ledger_entries` WHERE `account_id` = NEW.`account_id` AND `number` = NEW.`number` - 1
	) END
BEGIN
	SELECT RAISE(ABORT, 'ledger_entries_new: an entry leads from the balance before it to the account''s');
END;

CREATE TRIGGER `ledger_entries_price` BEFORE INSERT ON `ledger_entries`
WHEN NEW.`kind` = 'CAPTURE' AND NOT EXISTS (
	SELECT 1 FROM `jobs`
	WHERE `id` = NEW.`job_id` AND `account_id` = NEW.`account_id` AND `state` = 'COMPLETED' AND `price_credits` = -NEW.`credits`
)
BEGIN
	SELECT RAISE(ABORT, 'ledger_entries_price: a COMPLETED job is captured, at its price');
END;

CREATE TRIGGER `ledger_entries_refunded` BEFORE INSERT ON `ledger_entries`
WHEN NEW.`kind` = 'REFUND' AND NOT EXISTS (
	SELECT 1 FROM `ledger_entries`
	WHERE `job_id` = NEW.`job_id` AND `kind` = 'CAPTURE' AND `account_id` = NEW.`account_id` AND `credits` = -NEW.`credits`
)
BEGIN
	SELECT RAISE(ABORT, 'ledger_entries_refunded: a refund gives back what its job captured, to the same account');
END;

CREATE TABLE `settings` (
	`id` integer PRIMARY KEY NOT NULL,
	`secret` blob NOT NULL,
	`pings` integer NOT NULL, `incarnation` text, `origin` text,
	CONSTRAINT "settings_one" CHECK("settings"."id" = 1),
	CONSTRAINT "settings_secret" CHECK(length("settings"."secret") = 32)
) STRICT;

CREATE TRIGGER `settings_kept` BEFORE DELETE ON `settings`
BEGIN
	SELECT RAISE(ABORT, 'settings_kept: the secret stays');
END;

CREATE TRIGGER `settings_secret_fixed` BEFORE UPDATE OF `id`, `secret` ON `settings`
BEGIN
	SELECT RAISE(ABORT, 'settings_secret_fixed: the secret stays');
END;

CREATE TABLE `webhook_attempts` (
	`delivery_id` text NOT NULL,
	`number` integer NOT NULL,
	`at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`http_status` integer,
	`error` text,
	`response` text,
	PRIMARY KEY(`delivery_id`, `number`),
	FOREIGN KEY (`delivery_id`) REFERENCES `webhook_deliveries`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "webhook_attempts_duration" CHECK("webhook_attempts"."duration_ms" >= 0),
	CONSTRAINT "webhook_attempts_outcome" CHECK("webhook_attempts"."http_status" IS NOT NULL OR "webhook_attempts"."error" IS NOT NULL)
) STRICT;

CREATE TRIGGER `webhook_attempts_fixed` BEFORE UPDATE ON `webhook_attempts`
WHEN NEW.`delivery_id` <> OLD.`delivery_id` OR NEW.`number` <> OLD.`number` OR NEW.`at` <> OLD.`at` OR NEW.`duration_ms` <> OLD.`duration_ms`
	OR NEW.`http_status` IS NOT OLD.`http_status` OR NEW.`error` IS NOT OLD.`error` OR NEW.`response` IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'webhook_attempts_fixed: what was tried stays; what the receiver said may be erased');
END;

CREATE TABLE "webhook_deliveries" (
	`id` text PRIMARY KEY NOT NULL,
	`endpoint_id` text NOT NULL,
	`message_id` text NOT NULL,
	`type` text NOT NULL,
	`job_id` text,
	`budget_id` text,
	`state` text NOT NULL,
	`payload` text NOT NULL,
	`tries` integer NOT NULL,
	`claims` integer NOT NULL,
	`leased` integer NOT NULL,
	`next_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`endpoint_id`) REFERENCES `webhook_endpoints`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "webhook_deliveries_type" CHECK(("webhook_deliveries"."type" = 'job.completed' OR "webhook_deliveries"."type" = 'job.failed' OR "webhook_deliveries"."type" = 'job.canceled' OR "webhook_deliveries"."type" = 'job.late_video' OR "webhook_deliveries"."type" = 'video.stored' OR "webhook_deliveries"."type" = 'budget.reached' OR "webhook_deliveries"."type" = 'webhook.test')),
	CONSTRAINT "webhook_deliveries_state" CHECK(("webhook_deliveries"."state" = 'PENDING' OR "webhook_deliveries"."state" = 'DELIVERED' OR "webhook_deliveries"."state" = 'FAILED')),
	CONSTRAINT "webhook_deliveries_due" CHECK(("webhook_deliveries"."state" = 'PENDING') = ("webhook_deliveries"."next_at" IS NOT NULL)),
	CONSTRAINT "webhook_deliveries_lease" CHECK(NOT "webhook_deliveries"."leased" OR "webhook_deliveries"."state" = 'PENDING'),
	CONSTRAINT "webhook_deliveries_counters" CHECK("webhook_deliveries"."tries" >= 0 AND "webhook_deliveries"."claims" >= 0),
	CONSTRAINT "webhook_deliveries_job" CHECK(("webhook_deliveries"."type" IN ('webhook.test', 'budget.reached')) = ("webhook_deliveries"."job_id" IS NULL)),
	CONSTRAINT "webhook_deliveries_budget" CHECK(("webhook_deliveries"."type" = 'budget.reached') = ("webhook_deliveries"."budget_id" IS NOT NULL))
) STRICT;

CREATE INDEX `webhook_deliveries_by_state` ON `webhook_deliveries` (`endpoint_id`,`state`,`id`);

CREATE INDEX `webhook_deliveries_leased` ON `webhook_deliveries` (`endpoint_id`,`next_at`) WHERE "webhook_deliveries"."leased";

CREATE INDEX `webhook_deliveries_list` ON `webhook_deliveries` (`endpoint_id`,`id`);

CREATE INDEX `webhook_deliveries_missed` ON `webhook_deliveries` (`endpoint_id`,`created_at`) WHERE "webhook_deliveries"."state" <> 'DELIVERED';

CREATE INDEX `webhook_deliveries_of_budget` ON `webhook_deliveries` (`budget_id`) WHERE "webhook_deliveries"."budget_id" IS NOT NULL;

CREATE INDEX `webhook_deliveries_of_job` ON `webhook_deliveries` (`job_id`) WHERE "webhook_deliveries"."job_id" IS NOT NULL;

CREATE INDEX `webhook_deliveries_old` ON `webhook_deliveries` (`created_at`) WHERE "webhook_deliveries"."state" <> 'PENDING';

CREATE UNIQUE INDEX `webhook_deliveries_once` ON `webhook_deliveries` (`endpoint_id`,`job_id`,`type`) WHERE "webhook_deliveries"."job_id" IS NOT NULL;

CREATE INDEX `webhook_deliveries_test` ON `webhook_deliveries` (`next_at`) WHERE "webhook_deliveries"."state" = 'PENDING' AND "webhook_deliveries"."type" = 'webhook.test';

CREATE INDEX `webhook_deliveries_waiting` ON `webhook_deliveries` (`endpoint_id`,`next_at`) WHERE "webhook_deliveries"."state" = 'PENDING' AND "webhook_deliveries"."type" <> 'webhook.test';

CREATE TRIGGER `webhook_deliveries_body` BEFORE UPDATE OF `payload` ON `webhook_deliveries`
WHEN NOT EXISTS (SELECT 1 FROM `jobs` WHERE `id` = OLD.`job_id` AND `deleted_at` IS NOT NULL)
BEGIN
	SELECT RAISE(ABORT, 'webhook_deliveries_body: a body stays until its job is deleted');
END;

CREATE TRIGGER `webhook_deliveries_fixed` BEFORE UPDATE OF `id`, `endpoint_id`, `message_id`, `type`, `job_id`, `budget_id`, `created_at` ON `webhook_deliveries`
BEGIN
	SELECT RAISE(ABORT, 'webhook_deliveries_fixed: what is told, and to whom, stays');
END;

CREATE TRIGGER `webhook_deliveries_kept` BEFORE DELETE ON `webhook_deliveries`
WHEN OLD.`state` = 'PENDING' AND NOT EXISTS (SELECT 1 FROM `webhook_endpoints` WHERE `id` = OLD.`endpoint_id` AND `deleted_at` IS NOT NULL)
BEGIN
	SELECT RAISE(ABORT, 'webhook_deliveries_kept: what waits is not dropped');
END;

CREATE TABLE `webhook_endpoints` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`environment` text NOT NULL,
	`all_users` integer NOT NULL,
	`url` text NOT NULL,
	`description` text,
	`event_types` text NOT NULL,
	`enabled` integer NOT NULL,
	`disabled_reason` text,
	`created_at` integer NOT NULL,
	`last_success_at` integer,
	`faults` integer NOT NULL,
	`failing_since` integer,
	`slow_until` integer,
	`secret` blob NOT NULL,
	`previous_secret` blob,
	`previous_secret_until` integer,
	`served_at` integer NOT NULL,
	`deleted_at` integer,
	CONSTRAINT "webhook_endpoints_owner" CHECK(length("webhook_endpoints"."owner") BETWEEN 1 AND 255),
	CONSTRAINT "webhook_endpoints_environment" CHECK("webhook_endpoints"."environment" IN ('LIVE', 'TEST')),
	CONSTRAINT "webhook_endpoints_url" CHECK(length("webhook_endpoints"."url") BETWEEN 1 AND 2048),
	CONSTRAINT "webhook_endpoints_types" CHECK("webhook_endpoints"."event_types" <> ''),
	CONSTRAINT "webhook_endpoints_reason" CHECK("webhook_endpoints"."disabled_reason" IS NULL OR NOT "webhook_endpoints"."enabled"),
	CONSTRAINT "webhook_endpoints_faults" CHECK("webhook_endpoints"."faults" >= 0 AND ("webhook_endpoints"."faults" = 0) = ("webhook_endpoints"."failing_since" IS NULL)),
	CONSTRAINT "webhook_endpoints_secret" CHECK(length("webhook_endpoints"."secret") > 0 OR "webhook_endpoints"."deleted_at" IS NOT NULL),
	CONSTRAINT "webhook_endpoints_previous" CHECK(("webhook_endpoints"."previous_secret" IS NULL) = ("webhook_endpoints"."previous_secret_until" IS NULL)),
	CONSTRAINT "webhook_endpoints_deleted" CHECK("webhook_endpoints"."deleted_at" IS NULL OR NOT "webhook_endpoints"."enabled")
) STRICT;

CREATE INDEX `webhook_endpoints_by_owner` ON `webhook_endpoints` (`environment`,`owner`,`id`) WHERE "webhook_endpoints"."deleted_at" IS NULL;

CREATE INDEX `webhook_endpoints_deleted` ON `webhook_endpoints` (`deleted_at`) WHERE "webhook_endpoints"."deleted_at" IS NOT NULL;

CREATE INDEX `webhook_endpoints_list` ON `webhook_endpoints` (`environment`,`id`) WHERE "webhook_endpoints"."deleted_at" IS NULL;

CREATE INDEX `webhook_endpoints_of_all` ON `webhook_endpoints` (`environment`) WHERE "webhook_endpoints"."all_users" AND "webhook_endpoints"."deleted_at" IS NULL;

CREATE TRIGGER `webhook_endpoints_fixed` BEFORE UPDATE OF `id`, `owner`, `environment`, `all_users`, `created_at` ON `webhook_endpoints`
BEGIN
	SELECT RAISE(ABORT, 'webhook_endpoints_fixed: whose jobs an endpoint is told of stays');
END;

CREATE TRIGGER `webhook_endpoints_gone` BEFORE UPDATE ON `webhook_endpoints`
WHEN OLD.`deleted_at` IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'webhook_endpoints_gone: an endpoint is deleted for good');
END;
