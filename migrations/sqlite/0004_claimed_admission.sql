-- A job may be stored as claimed for its submit already: SUBMITTING at version 2, with the events of both versions under two numbers of
-- the feed, drawn in one step.

DROP TRIGGER `accounts_step`;
--> statement-breakpoint
DROP TRIGGER `jobs_new`;
--> statement-breakpoint
DROP TRIGGER `job_events_new`;
--> statement-breakpoint
CREATE TRIGGER `accounts_step` BEFORE UPDATE OF `balance`, `feed`, `ledger`, `jobs` ON `accounts`
WHEN NEW.`feed` - OLD.`feed` NOT BETWEEN 0 AND 1 + (NEW.`jobs` > OLD.`jobs`)
	OR NEW.`ledger` - OLD.`ledger` NOT IN (0, 1)
	OR NEW.`jobs` - OLD.`jobs` NOT IN (0, 1)
	OR (NEW.`balance` <> OLD.`balance` AND NEW.`ledger` = OLD.`ledger`)
BEGIN
	SELECT RAISE(ABORT, 'accounts_step: counters grow one by one, the feed by two with a new job, and a balance moves with its ledger');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_new` BEFORE INSERT ON `jobs`
WHEN NOT ((NEW.`state` = 'PENDING' AND NEW.`version` = 1) OR (NEW.`state` = 'SUBMITTING' AND NEW.`version` = 2))
	OR NOT EXISTS (SELECT 1 FROM `accounts` WHERE `id` = NEW.`account_id` AND `jobs` = NEW.`number`)
	OR (NEW.`number` > 1 AND NOT EXISTS (
		SELECT 1 FROM `jobs` WHERE `account_id` = NEW.`account_id` AND `number` = NEW.`number` - 1
	))
BEGIN
	SELECT RAISE(ABORT, 'jobs_new: a job begins PENDING, at version 1, or claimed already, at version 2, as its account''s newest');
END;
--> statement-breakpoint
CREATE TRIGGER `job_events_new` BEFORE INSERT ON `job_events`
WHEN NOT EXISTS (
		SELECT 1 FROM `jobs` JOIN `accounts` ON `accounts`.`id` = `jobs`.`account_id`
		WHERE `jobs`.`id` = NEW.`job_id` AND `accounts`.`id` = NEW.`account_id`
			AND CASE WHEN NEW.`version` = 1 AND `jobs`.`version` = 2
				THEN `jobs`.`state` = 'SUBMITTING' AND NEW.`status` = 'PENDING' AND `accounts`.`feed` = NEW.`feed` + 1
				ELSE `jobs`.`version` = NEW.`version` AND `accounts`.`feed` = NEW.`feed`
					AND NEW.`status` = CASE `jobs`.`state` WHEN 'SUBMITTING' THEN 'PENDING' ELSE `jobs`.`state` END
			END
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
	SELECT RAISE(ABORT, 'job_events_new: an event tells its job''s newest state, or how one that is stored as claimed began, with no gap before it and its price captured');
END;
