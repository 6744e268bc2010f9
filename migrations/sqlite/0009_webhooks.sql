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
--> statement-breakpoint
CREATE TABLE `webhook_deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`endpoint_id` text NOT NULL,
	`message_id` text NOT NULL,
	`type` text NOT NULL,
	`job_id` text,
	`state` text NOT NULL,
	`payload` text NOT NULL,
	`tries` integer NOT NULL,
	`claims` integer NOT NULL,
	`leased` integer NOT NULL,
	`next_at` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`endpoint_id`) REFERENCES `webhook_endpoints`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`job_id`) REFERENCES `jobs`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "webhook_deliveries_type" CHECK(("webhook_deliveries"."type" = 'job.completed' OR "webhook_deliveries"."type" = 'job.failed' OR "webhook_deliveries"."type" = 'job.canceled' OR "webhook_deliveries"."type" = 'job.late_video' OR "webhook_deliveries"."type" = 'video.stored' OR "webhook_deliveries"."type" = 'webhook.test')),
	CONSTRAINT "webhook_deliveries_state" CHECK(("webhook_deliveries"."state" = 'PENDING' OR "webhook_deliveries"."state" = 'DELIVERED' OR "webhook_deliveries"."state" = 'FAILED')),
	CONSTRAINT "webhook_deliveries_due" CHECK(("webhook_deliveries"."state" = 'PENDING') = ("webhook_deliveries"."next_at" IS NOT NULL)),
	CONSTRAINT "webhook_deliveries_lease" CHECK(NOT "webhook_deliveries"."leased" OR "webhook_deliveries"."state" = 'PENDING'),
	CONSTRAINT "webhook_deliveries_counters" CHECK("webhook_deliveries"."tries" >= 0 AND "webhook_deliveries"."claims" >= 0),
	CONSTRAINT "webhook_deliveries_job" CHECK(("webhook_deliveries"."type" = 'webhook.test') = ("webhook_deliveries"."job_id" IS NULL))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `webhook_deliveries_once` ON `webhook_deliveries` (`endpoint_id`,`job_id`,`type`) WHERE "webhook_deliveries"."job_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `webhook_deliveries_list` ON `webhook_deliveries` (`endpoint_id`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_by_state` ON `webhook_deliveries` (`endpoint_id`,`state`,`id`);--> statement-breakpoint
CREATE INDEX `webhook_deliveries_waiting` ON `webhook_deliveries` (`endpoint_id`,`next_at`) WHERE "webhook_deliveries"."state" = 'PENDING' AND "webhook_deliveries"."type" <> 'webhook.test';--> statement-breakpoint
CREATE INDEX `webhook_deliveries_test` ON `webhook_deliveries` (`next_at`) WHERE "webhook_deliveries"."state" = 'PENDING' AND "webhook_deliveries"."type" = 'webhook.test';--> statement-breakpoint
CREATE INDEX `webhook_deliveries_leased` ON `webhook_deliveries` (`endpoint_id`,`next_at`) WHERE "webhook_deliveries"."leased";--> statement-breakpoint
CREATE INDEX `webhook_deliveries_missed` ON `webhook_deliveries` (`endpoint_id`,`created_at`) WHERE "webhook_deliveries"."state" <> 'DELIVERED';--> statement-breakpoint
CREATE INDEX `webhook_deliveries_old` ON `webhook_deliveries` (`created_at`) WHERE "webhook_deliveries"."state" <> 'PENDING';--> statement-breakpoint
CREATE INDEX `webhook_deliveries_of_job` ON `webhook_deliveries` (`job_id`) WHERE "webhook_deliveries"."job_id" IS NOT NULL;--> statement-breakpoint
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
--> statement-breakpoint
CREATE INDEX `webhook_endpoints_by_owner` ON `webhook_endpoints` (`environment`,`owner`,`id`) WHERE "webhook_endpoints"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX `webhook_endpoints_list` ON `webhook_endpoints` (`environment`,`id`) WHERE "webhook_endpoints"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX `webhook_endpoints_of_all` ON `webhook_endpoints` (`environment`) WHERE "webhook_endpoints"."all_users" AND "webhook_endpoints"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX `webhook_endpoints_deleted` ON `webhook_endpoints` (`deleted_at`) WHERE "webhook_endpoints"."deleted_at" IS NOT NULL;--> statement-breakpoint
CREATE TABLE `__new_api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`environment` text NOT NULL,
	`secret_hash` blob NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`last_used_at` integer,
	CONSTRAINT "api_keys_owner" CHECK(length("__new_api_keys"."owner") BETWEEN 1 AND 255),
	CONSTRAINT "api_keys_environment" CHECK("__new_api_keys"."environment" IN ('LIVE', 'TEST')),
	CONSTRAINT "api_keys_secret_hash" CHECK(length("__new_api_keys"."secret_hash") = 32),
	CONSTRAINT "api_keys_scopes" CHECK(("__new_api_keys"."scopes" = 'jobs:read' OR "__new_api_keys"."scopes" = 'jobs:write' OR "__new_api_keys"."scopes" = 'jobs:read jobs:write' OR "__new_api_keys"."scopes" = 'credits:read' OR "__new_api_keys"."scopes" = 'jobs:read credits:read' OR "__new_api_keys"."scopes" = 'jobs:write credits:read' OR "__new_api_keys"."scopes" = 'jobs:read jobs:write credits:read' OR "__new_api_keys"."scopes" = 'webhooks:write' OR "__new_api_keys"."scopes" = 'jobs:read webhooks:write' OR "__new_api_keys"."scopes" = 'jobs:write webhooks:write' OR "__new_api_keys"."scopes" = 'jobs:read jobs:write webhooks:write' OR "__new_api_keys"."scopes" = 'credits:read webhooks:write' OR "__new_api_keys"."scopes" = 'jobs:read credits:read webhooks:write' OR "__new_api_keys"."scopes" = 'jobs:write credits:read webhooks:write' OR "__new_api_keys"."scopes" = 'jobs:read jobs:write credits:read webhooks:write' OR "__new_api_keys"."scopes" = 'admin' OR "__new_api_keys"."scopes" = 'jobs:read admin' OR "__new_api_keys"."scopes" = 'jobs:write admin' OR "__new_api_keys"."scopes" = 'jobs:read jobs:write admin' OR "__new_api_keys"."scopes" = 'credits:read admin' OR "__new_api_keys"."scopes" = 'jobs:read credits:read admin' OR "__new_api_keys"."scopes" = 'jobs:write credits:read admin' OR "__new_api_keys"."scopes" = 'jobs:read jobs:write credits:read admin' OR "__new_api_keys"."scopes" = 'webhooks:write admin' OR "__new_api_keys"."scopes" = 'jobs:read webhooks:write admin' OR "__new_api_keys"."scopes" = 'jobs:write webhooks:write admin' OR "__new_api_keys"."scopes" = 'jobs:read jobs:write webhooks:write admin' OR "__new_api_keys"."scopes" = 'credits:read webhooks:write admin' OR "__new_api_keys"."scopes" = 'jobs:read credits:read webhooks:write admin' OR "__new_api_keys"."scopes" = 'jobs:write credits:read webhooks:write admin' OR "__new_api_keys"."scopes" = 'jobs:read jobs:write credits:read webhooks:write admin')),
	CONSTRAINT "api_keys_expires_at" CHECK("__new_api_keys"."expires_at" > "__new_api_keys"."created_at")
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_api_keys`("id", "owner", "environment", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at") SELECT "id", "owner", "environment", "secret_hash", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at" FROM `api_keys`;--> statement-breakpoint
DROP TABLE `api_keys`;--> statement-breakpoint
ALTER TABLE `__new_api_keys` RENAME TO `api_keys`;--> statement-breakpoint
CREATE INDEX `api_keys_list` ON `api_keys` (`environment`,`id`);--> statement-breakpoint
CREATE INDEX `api_keys_by_owner` ON `api_keys` (`environment`,`owner`,`id`);
--> statement-breakpoint
-- The guards of keys went with their old table, whose CHECK had fewer scopes.
CREATE TRIGGER `api_keys_new` BEFORE INSERT ON `api_keys`
WHEN NEW.`revoked_at` IS NOT NULL OR NEW.`last_used_at` IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'api_keys_new: a key begins unused and good');
END;
--> statement-breakpoint
CREATE TRIGGER `api_keys_fixed` BEFORE UPDATE OF `id`, `owner`, `environment`, `secret_hash`, `scopes`, `created_at`, `expires_at` ON `api_keys`
BEGIN
	SELECT RAISE(ABORT, 'api_keys_fixed: what a key may do stays');
END;
--> statement-breakpoint
CREATE TRIGGER `api_keys_revoked` BEFORE UPDATE OF `revoked_at` ON `api_keys`
WHEN OLD.`revoked_at` IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'api_keys_revoked: a key is revoked for good');
END;
--> statement-breakpoint
CREATE TRIGGER `api_keys_used` BEFORE UPDATE OF `last_used_at` ON `api_keys`
WHEN NEW.`last_used_at` IS NULL OR NEW.`last_used_at` < OLD.`last_used_at`
BEGIN
	SELECT RAISE(ABORT, 'api_keys_used: the last use only moves on');
END;
--> statement-breakpoint
CREATE TRIGGER `api_keys_kept` BEFORE DELETE ON `api_keys`
BEGIN
	SELECT RAISE(ABORT, 'api_keys_kept: keys are revoked, not removed');
END;
--> statement-breakpoint
CREATE TRIGGER `webhook_endpoints_fixed` BEFORE UPDATE OF `id`, `owner`, `environment`, `all_users`, `created_at` ON `webhook_endpoints`
BEGIN
	SELECT RAISE(ABORT, 'webhook_endpoints_fixed: whose jobs an endpoint is told of stays');
END;
--> statement-breakpoint
CREATE TRIGGER `webhook_endpoints_gone` BEFORE UPDATE ON `webhook_endpoints`
WHEN OLD.`deleted_at` IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'webhook_endpoints_gone: an endpoint is deleted for good');
END;
--> statement-breakpoint
CREATE TRIGGER `webhook_deliveries_fixed` BEFORE UPDATE OF `id`, `endpoint_id`, `message_id`, `type`, `job_id`, `created_at` ON `webhook_deliveries`
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
--> statement-breakpoint
CREATE TRIGGER `webhook_attempts_fixed` BEFORE UPDATE ON `webhook_attempts`
WHEN NEW.`delivery_id` <> OLD.`delivery_id` OR NEW.`number` <> OLD.`number` OR NEW.`at` <> OLD.`at` OR NEW.`duration_ms` <> OLD.`duration_ms`
	OR NEW.`http_status` IS NOT OLD.`http_status` OR NEW.`error` IS NOT OLD.`error` OR NEW.`response` IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'webhook_attempts_fixed: what was tried stays; what the receiver said may be erased');
END;
