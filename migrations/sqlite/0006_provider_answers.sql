DROP INDEX `jobs_due_deadline`;--> statement-breakpoint
ALTER TABLE `jobs` ADD `max_credits` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `seed_used` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `provider_cost` real;--> statement-breakpoint
ALTER TABLE `jobs` ADD `provider_message` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `provider_http_status` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `output_missing_since` integer;--> statement-breakpoint
ALTER TABLE `jobs` ADD `unknown_video` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `jobs_without_result` ON `jobs` (`environment`) WHERE ("jobs"."failure_code" = 'PROVIDER_BAD_OUTPUT' OR "jobs"."failure_code" = 'PROVIDER_JOB_LOST' OR "jobs"."failure_code" = 'DEADLINE_EXCEEDED') AND "jobs"."submitted_at" IS NOT NULL AND "jobs"."late_video_url" IS NULL;--> statement-breakpoint
CREATE INDEX `jobs_due_deadline` ON `jobs` (`environment`,`deadline_at`,`poll_at`) WHERE "jobs"."state" = 'PENDING';--> statement-breakpoint
ALTER TABLE `accounts` ADD `served_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `accounts_served` ON `accounts` (`environment`,`served_at`) WHERE "accounts"."running" > 0;--> statement-breakpoint
-- A late video is news: the version grows with it, as with a change of state. The cap of a job is part of what was asked for.
DROP TRIGGER `jobs_fixed`;
--> statement-breakpoint
DROP TRIGGER `jobs_step`;
--> statement-breakpoint
DROP TRIGGER `jobs_ended`;
--> statement-breakpoint
CREATE TRIGGER `jobs_fixed` BEFORE UPDATE OF `id`, `account_id`, `number`, `owner`, `environment`, `idempotency_key`, `retry_of`, `prompt`, `aspect_ratio`,
	`seed`, `external_id`, `price_credits`, `created_at`, `token_id`, `max_credits` ON `jobs`
BEGIN
	SELECT RAISE(ABORT, 'jobs_fixed: what was asked for, by which token and at what price, stays');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_step` BEFORE UPDATE OF `state`, `version`, `late_video_url` ON `jobs`
WHEN NEW.`version` - OLD.`version` <> (NEW.`state` <> OLD.`state` OR (OLD.`late_video_url` IS NULL AND NEW.`late_video_url` IS NOT NULL))
BEGIN
	SELECT RAISE(ABORT, 'jobs_step: the version counts changes of state and the arrival of a late video, and nothing else');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_ended` BEFORE UPDATE OF `state`, `video_url`, `video_content_type`, `video_expires_at`, `failure_code`,
	`failure_message`, `failure_http_status`, `finished_at` ON `jobs`
WHEN OLD.`state` = 'COMPLETED' OR OLD.`state` = 'FAILED' OR OLD.`state` = 'CANCELED'
BEGIN
	SELECT RAISE(ABORT, 'jobs_ended: no end is left or told again');
END;
