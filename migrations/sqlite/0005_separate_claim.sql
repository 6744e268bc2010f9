-- A job is stored PENDING again, at version 1, and claimed in a step of its own: its guards are what they were before jobs could be stored as
-- claimed. Rows that were stored so stay as they are.

DROP TRIGGER `accounts_step`;
--> statement-breakpoint
DROP TRIGGER `jobs_new`;
--> statement-breakpoint
DROP TRIGGER `job_events_new`;
--> statement-breakpoint
CREATE TRIGGER `accounts_step` BEFORE UPDATE OF `balance`, `feed`, `ledger`, `jobs` ON `accounts`
WHEN NEW.`feed` - OLD.`feed` NOT IN (0, 1)
	OR NEW.`ledger` - OLD.`ledger` NOT IN (0, 1)
	OR NEW.`jobs` - OLD.`jobs` NOT IN (0, 1)
	OR (NEW.`balance` <> OLD.`balance` AND NEW.`ledger` = OLD.`ledger`)
BEGIN
	SELECT RAISE(ABORT, 'accounts_step: counters grow one by one, and a balance moves with its ledger');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_new` BEFORE INSERT ON `jobs`
WHEN NEW.`state` <> 'PENDING' OR NEW.`version` <> 1
	OR NOT EXISTS (SELECT 1 FROM `accounts` WHERE `id` = NEW.`account_id` AND `jobs` = NEW.`number`)
	OR (NEW.`number` > 1 AND NOT EXISTS (
		SELECT 1 FROM `jobs` WHERE `account_id` = NEW.`account_id` AND `number` = NEW.`number` - 1
	))
BEGIN
	SELECT RAISE(ABORT, 'jobs_new: a job begins PENDING, at version 1, as its account''s newest');
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
