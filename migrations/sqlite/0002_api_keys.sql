CREATE TABLE `api_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`environment` text NOT NULL,
	`secret_hash` blob NOT NULL,
	`scopes` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`last_used_at` integer,
	CONSTRAINT "api_keys_owner" CHECK(length("api_keys"."owner") BETWEEN 1 AND 255),
	CONSTRAINT "api_keys_environment" CHECK("api_keys"."environment" IN ('LIVE', 'TEST')),
	CONSTRAINT "api_keys_secret_hash" CHECK(length("api_keys"."secret_hash") = 32),
	CONSTRAINT "api_keys_scopes" CHECK("api_keys"."scopes" IN ('jobs:read', 'jobs:write', 'jobs:read jobs:write', 'credits:read', 'jobs:read credits:read', 'jobs:write credits:read', 'jobs:read jobs:write credits:read', 'admin', 'jobs:read admin', 'jobs:write admin', 'jobs:read jobs:write admin', 'credits:read admin', 'jobs:read credits:read admin', 'jobs:write credits:read admin', 'jobs:read jobs:write credits:read admin')),
	CONSTRAINT "api_keys_expires_at" CHECK("api_keys"."expires_at" > "api_keys"."created_at")
) STRICT;
--> statement-breakpoint
CREATE INDEX `api_keys_list` ON `api_keys` (`environment`,`id`);--> statement-breakpoint
CREATE INDEX `api_keys_by_owner` ON `api_keys` (`environment`,`owner`,`id`);--> statement-breakpoint
ALTER TABLE `jobs` ADD `token_id` text;--> statement-breakpoint
CREATE INDEX `jobs_of_token` ON `jobs` (`token_id`,`state`,`price_credits`) WHERE "jobs"."token_id" IS NOT NULL;
--> statement-breakpoint
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
DROP TRIGGER `jobs_fixed`;
--> statement-breakpoint
CREATE TRIGGER `jobs_fixed` BEFORE UPDATE OF `id`, `account_id`, `number`, `owner`, `environment`, `idempotency_key`, `retry_of`, `prompt`, `aspect_ratio`,
	`seed`, `external_id`, `price_credits`, `created_at`, `token_id` ON `jobs`
BEGIN
	SELECT RAISE(ABORT, 'jobs_fixed: what was asked for, by which token and at what price, stays');
END;
