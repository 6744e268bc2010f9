ALTER TABLE `api_keys` ADD `label` text;--> statement-breakpoint
ALTER TABLE `jobs` ADD `api_key_id` text;--> statement-breakpoint
CREATE INDEX `jobs_by_failure` ON `jobs` (`account_id`,`failure_code`,`id`) WHERE "jobs"."failure_code" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `jobs_odd` ON `jobs` (`account_id`,`id`) WHERE substr("jobs"."id", 1, 8) || substr("jobs"."id", 10, 4) NOT BETWEEN printf('%012x', "jobs"."created_at" - 60000) AND printf('%012x', "jobs"."created_at" + 60000);--> statement-breakpoint
CREATE INDEX `jobs_all_by_state` ON `jobs` (`state`,`environment`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_all_by_failure` ON `jobs` (`failure_code`,`environment`,`id`) WHERE "jobs"."failure_code" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `jobs_all_by_external_id` ON `jobs` (`environment`,`external_id`,`state`,`id`) WHERE "jobs"."external_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `jobs_all_odd` ON `jobs` (`environment`,`id`) WHERE substr("jobs"."id", 1, 8) || substr("jobs"."id", 10, 4) NOT BETWEEN printf('%012x', "jobs"."created_at" - 60000) AND printf('%012x', "jobs"."created_at" + 60000);--> statement-breakpoint
CREATE INDEX `jobs_by_request` ON `jobs` (`environment`,`request_id`) WHERE "jobs"."request_id" IS NOT NULL;
--> statement-breakpoint
DROP TRIGGER `jobs_fixed`;
--> statement-breakpoint
CREATE TRIGGER `jobs_fixed` BEFORE UPDATE OF `id`, `account_id`, `number`, `owner`, `environment`, `idempotency_key`, `retry_of`, `aspect_ratio`,
	`seed`, `price_credits`, `created_at`, `token_id`, `max_credits`, `video_id`, `api_key_id` ON `jobs`
BEGIN
	SELECT RAISE(ABORT, 'jobs_fixed: what was asked for, by which token or key and at what price, stays');
END;
--> statement-breakpoint
CREATE TRIGGER `api_keys_label` BEFORE INSERT ON `api_keys`
WHEN length(NEW.`label`) NOT BETWEEN 1 AND 100
BEGIN
	SELECT RAISE(ABORT, 'api_keys_label: a label has 1 to 100 characters');
END;
--> statement-breakpoint
CREATE TRIGGER `api_keys_label_fixed` BEFORE UPDATE OF `label` ON `api_keys`
BEGIN
	SELECT RAISE(ABORT, 'api_keys_label_fixed: the label of a key stays');
END;
