-- What constraints cannot say. Every guard refuses its statement with ABORT, never ROLLBACK: that would end a transaction that
-- other verbs may share.

CREATE TRIGGER `accounts_new` BEFORE INSERT ON `accounts`
WHEN NEW.`balance` <> 0 OR NEW.`held` <> 0 OR NEW.`running` <> 0 OR NEW.`feed` <> 0 OR NEW.`ledger` <> 0 OR NEW.`jobs` <> 0
BEGIN
	SELECT RAISE(ABORT, 'accounts_new: an account begins empty');
END;
--> statement-breakpoint
CREATE TRIGGER `accounts_fixed` BEFORE UPDATE OF `id`, `owner`, `environment`, `created_at` ON `accounts`
BEGIN
	SELECT RAISE(ABORT, 'accounts_fixed: an account stays its owner''s');
END;
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
CREATE TRIGGER `jobs_retry_of` BEFORE INSERT ON `jobs`
WHEN NEW.`retry_of` IS NOT NULL AND NOT EXISTS (
	SELECT 1 FROM `jobs`
	WHERE `id` = NEW.`retry_of` AND `account_id` = NEW.`account_id` AND `state` IN ('FAILED', 'CANCELED')
)
BEGIN
	SELECT RAISE(ABORT, 'jobs_retry_of: what is tried again is a FAILED or CANCELED job of the same account');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_fixed` BEFORE UPDATE OF `id`, `account_id`, `number`, `owner`, `environment`, `idempotency_key`, `retry_of`, `prompt`, `aspect_ratio`,
	`seed`, `external_id`, `price_credits`, `created_at` ON `jobs`
BEGIN
	SELECT RAISE(ABORT, 'jobs_fixed: what was asked for, and at what price, stays');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_step` BEFORE UPDATE OF `state`, `version` ON `jobs`
WHEN NEW.`version` - OLD.`version` <> (NEW.`state` <> OLD.`state`)
BEGIN
	SELECT RAISE(ABORT, 'jobs_step: the version counts changes of state and nothing else');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_ended` BEFORE UPDATE OF `state`, `version`, `video_url`, `video_content_type`, `video_expires_at`, `failure_code`,
	`failure_message`, `failure_http_status`, `finished_at` ON `jobs`
WHEN OLD.`state` IN ('COMPLETED', 'FAILED', 'CANCELED')
BEGIN
	SELECT RAISE(ABORT, 'jobs_ended: no end is left or told again');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_accepted` BEFORE UPDATE OF `request_id`, `poll_url`, `submitted_at` ON `jobs`
WHEN OLD.`submitted_at` IS NOT NULL AND
	(NEW.`request_id` IS NOT OLD.`request_id` OR NEW.`poll_url` IS NOT OLD.`poll_url` OR NEW.`submitted_at` IS NOT OLD.`submitted_at`)
BEGIN
	SELECT RAISE(ABORT, 'jobs_accepted: the provider accepts a job once');
END;
--> statement-breakpoint
CREATE TRIGGER `jobs_late` BEFORE UPDATE OF `late_video_url`, `late_video_content_type`, `late_video_expires_at` ON `jobs`
WHEN OLD.`late_video_url` IS NOT NULL
BEGIN
	SELECT RAISE(ABORT, 'jobs_late: a late video is kept');
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
BEGIN
	SELECT RAISE(ABORT, 'job_events_fixed: history is not rewritten');
END;
--> statement-breakpoint
CREATE TRIGGER `job_events_kept` BEFORE DELETE ON `job_events`
BEGIN
	SELECT RAISE(ABORT, 'job_events_kept: history is not rewritten');
END;
--> statement-breakpoint
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
CREATE TRIGGER `settings_secret_fixed` BEFORE UPDATE OF `id`, `secret` ON `settings`
BEGIN
	SELECT RAISE(ABORT, 'settings_secret_fixed: the secret stays');
END;
--> statement-breakpoint
CREATE TRIGGER `settings_kept` BEFORE DELETE ON `settings`
BEGIN
	SELECT RAISE(ABORT, 'settings_kept: the secret stays');
END;
