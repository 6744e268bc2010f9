-- Another table's guard names the ledger, which SQLite checks while the table is renamed.
DROP TRIGGER `job_events_new`;
--> statement-breakpoint
CREATE TABLE `__new_ledger_entries` (
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
	CONSTRAINT "ledger_entries_kind" CHECK(("__new_ledger_entries"."kind" = 'GRANT' OR "__new_ledger_entries"."kind" = 'CAPTURE' OR "__new_ledger_entries"."kind" = 'REFUND')),
	CONSTRAINT "ledger_entries_grant" CHECK("__new_ledger_entries"."kind" <> 'GRANT' OR ("__new_ledger_entries"."credits" <> 0 AND "__new_ledger_entries"."job_id" IS NULL AND "__new_ledger_entries"."reason" IS NOT NULL)),
	CONSTRAINT "ledger_entries_capture" CHECK("__new_ledger_entries"."kind" <> 'CAPTURE' OR ("__new_ledger_entries"."credits" <= 0 AND "__new_ledger_entries"."job_id" IS NOT NULL AND "__new_ledger_entries"."reason" IS NULL AND "__new_ledger_entries"."idempotency_key" IS NULL)),
	CONSTRAINT "ledger_entries_refund" CHECK("__new_ledger_entries"."kind" <> 'REFUND' OR ("__new_ledger_entries"."credits" >= 0 AND "__new_ledger_entries"."job_id" IS NOT NULL AND "__new_ledger_entries"."reason" IS NOT NULL AND "__new_ledger_entries"."idempotency_key" IS NULL))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_ledger_entries`("id", "account_id", "environment", "number", "kind", "credits", "balance_after", "job_id", "reason", "idempotency_key", "created_at") SELECT "id", "account_id", "environment", "number", "kind", "credits", "balance_after", "job_id", "reason", "idempotency_key", "created_at" FROM `ledger_entries`;--> statement-breakpoint
DROP TABLE `ledger_entries`;--> statement-breakpoint
ALTER TABLE `__new_ledger_entries` RENAME TO `ledger_entries`;--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entries_number` ON `ledger_entries` (`account_id`,`number`);--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entries_job` ON `ledger_entries` (`job_id`,`kind`) WHERE "ledger_entries"."job_id" IS NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entries_grant_key` ON `ledger_entries` (`environment`,`idempotency_key`) WHERE "ledger_entries"."idempotency_key" IS NOT NULL;--> statement-breakpoint
CREATE INDEX `ledger_entries_time` ON `ledger_entries` (`environment`,`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `jobs_time` ON `jobs` (`environment`,`created_at`,`id`) WHERE "jobs"."created_at" > 0;--> statement-breakpoint
CREATE INDEX `jobs_accepted` ON `jobs` (`environment`,`submitted_at`) WHERE "jobs"."submitted_at" > 0;--> statement-breakpoint
CREATE INDEX `jobs_failed` ON `jobs` (`environment`,`finished_at`) WHERE "jobs"."state" = 'FAILED';
--> statement-breakpoint
-- The guards of entries went with their old table.
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
--> statement-breakpoint
CREATE TRIGGER `ledger_entries_price` BEFORE INSERT ON `ledger_entries`
WHEN NEW.`kind` = 'CAPTURE' AND NOT EXISTS (
	SELECT 1 FROM `jobs`
	WHERE `id` = NEW.`job_id` AND `account_id` = NEW.`account_id` AND `state` = 'COMPLETED' AND `price_credits` = -NEW.`credits`
)
BEGIN
	SELECT RAISE(ABORT, 'ledger_entries_price: a COMPLETED job is captured, at its price');
END;
--> statement-breakpoint
CREATE TRIGGER `ledger_entries_fixed` BEFORE UPDATE ON `ledger_entries`
BEGIN
	SELECT RAISE(ABORT, 'ledger_entries_fixed: history is not rewritten');
END;
--> statement-breakpoint
CREATE TRIGGER `ledger_entries_kept` BEFORE DELETE ON `ledger_entries`
BEGIN
	SELECT RAISE(ABORT, 'ledger_entries_kept: history is not rewritten');
END;
--> statement-breakpoint
CREATE TRIGGER `ledger_entries_refunded` BEFORE INSERT ON `ledger_entries`
WHEN NEW.`kind` = 'REFUND' AND NOT EXISTS (
	SELECT 1 FROM `ledger_entries`
	WHERE `job_id` = NEW.`job_id` AND `kind` = 'CAPTURE' AND `account_id` = NEW.`account_id` AND `credits` = -NEW.`credits`
)
BEGIN
	SELECT RAISE(ABORT, 'ledger_entries_refunded: a refund gives back what its job captured, to the same account');
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
