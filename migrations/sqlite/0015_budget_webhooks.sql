-- A delivery may tell of a budget instead of a job. Its CHECKs change, so the table is built anew; its rows and attempts stay.

CREATE TABLE `__new_webhook_deliveries` (
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
	CONSTRAINT "webhook_deliveries_type" CHECK(("__new_webhook_deliveries"."type" = 'job.completed' OR "__new_webhook_deliveries"."type" = 'job.failed' OR "__new_webhook_deliveries"."type" = 'job.canceled' OR "__new_webhook_deliveries"."type" = 'job.late_video' OR "__new_webhook_deliveries"."type" = 'video.stored' OR "__new_webhook_deliveries"."type" = 'budget.reached' OR "__new_webhook_deliveries"."type" = 'webhook.test')),
	CONSTRAINT "webhook_deliveries_state" CHECK(("__new_webhook_deliveries"."state" = 'PENDING' OR "__new_webhook_deliveries"."state" = 'DELIVERED' OR "__new_webhook_deliveries"."state" = 'FAILED')),
	CONSTRAINT "webhook_deliveries_due" CHECK(("__new_webhook_deliveries"."state" = 'PENDING') = ("__new_webhook_deliveries"."next_at" IS NOT NULL)),
	CONSTRAINT "webhook_deliveries_lease" CHECK(NOT "__new_webhook_deliveries"."leased" OR "__new_webhook_deliveries"."state" = 'PENDING'),
	CONSTRAINT "webhook_deliveries_counters" CHECK("__new_webhook_deliveries"."tries" >= 0 AND "__new_webhook_deliveries"."claims" >= 0),
	CONSTRAINT "webhook_deliveries_job" CHECK(("__new_webhook_deliveries"."type" IN ('webhook.test', 'budget.reached')) = ("__new_webhook_deliveries"."job_id" IS NULL)),
	CONSTRAINT "webhook_deliveries_budget" CHECK(("__new_webhook_deliveries"."type" = 'budget.reached') = ("__new_webhook_deliveries"."budget_id" IS NOT NULL))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_webhook_deliveries`("id", "endpoint_id", "message_id", "type", "job_id", "budget_id", "state", "payload", "tries", "claims", "leased", "next_at", "created_at") SELECT "id", "endpoint_id", "message_id", "type", "job_id", NULL, "state", "payload", "tries", "claims", "leased", "next_at", "created_at" FROM `webhook_deliveries`;--> statement-breakpoint
DROP TABLE `webhook_deliveries`;--> statement-breakpoint
ALTER TABLE `__new_webhook_deliveries` RENAME TO `webhook_deliveries`;--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_deliveries_once` ON `webhook_deliveries` (`endpoint_id`,`job_id`,`type`) WHERE "webhook_deliveries"."job_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `webhook_deliveries_list` ON `webhook_deliveries` (`endpoint_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_by_state` ON `webhook_deliveries` (`endpoint_id`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_waiting` ON `webhook_deliveries` (`endpoint_id`,`next_at`) WHERE "webhook_deliveries"."state" = 'PENDING' AND "webhook_deliveries"."type" <> 'webhook.test';--> statement-breakpoint
CREATE INDEX `webhook_deliveries_test` ON `webhook_deliveries` (`next_at`) WHERE "webhook_deliveries"."state" = 'PENDING' AND "webhook_deliveries"."type" = 'webhook.test';--> statement-breakpoint
CREATE INDEX `webhook_deliveries_leased` ON `webhook_deliveries` (`endpoint_id`,`next_at`) WHERE "webhook_deliveries"."leased";--> statement-breakpoint
CREATE INDEX `webhook_deliveries_missed` ON `webhook_deliveries` (`endpoint_id`,`created_at`) WHERE "webhook_deliveries"."state" <> 'DELIVERED';--> statement-breakpoint
CREATE INDEX `webhook_deliveries_old` ON `webhook_deliveries` (`created_at`) WHERE "webhook_deliveries"."state" <> 'PENDING';--> statement-breakpoint
CREATE INDEX `webhook_deliveries_of_job` ON `webhook_deliveries` (`job_id`) WHERE "webhook_deliveries"."job_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `webhook_deliveries_of_budget` ON `webhook_deliveries` (`budget_id`) WHERE "webhook_deliveries"."budget_id" IS NOT NULL;
--> statement-breakpoint
-- The guards of deliveries went with their old table.
CREATE TRIGGER `webhook_deliveries_fixed` BEFORE UPDATE OF `id`, `endpoint_id`, `message_id`, `type`, `job_id`, `budget_id`, `created_at` ON `webhook_deliveries`
BEGIN
	SELECT RAISE(ABORT, 'webhook_deliveries_fixed: what is told, and to whom, stays');
END;
--> statement-breakpoint
CREATE TRIGGER `webhook_deliveries_body` BEFORE UPDATE OF `payload` ON `webhook_deliveries`
WHEN NOT EXISTS (SELECT 1 FROM `jobs` WHERE `id` = OLD.`job_id` AND `deleted_at` IS NOT NULL)
BEGIN
	SELECT RAISE(ABORT, 'webhook_deliveries_body: a body stays until its job is deleted');
END;
--> statement-breakpoint
CREATE TRIGGER `webhook_deliveries_kept` BEFORE DELETE ON `webhook_deliveries`
WHEN OLD.`state` = 'PENDING' AND NOT EXISTS (SELECT 1 FROM `webhook_endpoints` WHERE `id` = OLD.`endpoint_id` AND `deleted_at` IS NOT NULL)
BEGIN
	SELECT RAISE(ABORT, 'webhook_deliveries_kept: what waits is not dropped');
END;
