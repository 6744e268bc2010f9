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
--> statement-breakpoint
CREATE INDEX `audit_entries_list` ON `audit_entries` (`environment`,`id`);--> statement-breakpoint
CREATE INDEX `audit_entries_of_action` ON `audit_entries` (`environment`,`action`,`id`);
--> statement-breakpoint
CREATE TRIGGER `audit_entries_new` BEFORE INSERT ON `audit_entries`
WHEN EXISTS (SELECT 1 FROM `audit_entries` WHERE `id` = NEW.`id`)
BEGIN
	SELECT RAISE(ABORT, 'audit_entries_new: no entry replaces another');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_entries_fixed` BEFORE UPDATE ON `audit_entries`
BEGIN
	SELECT RAISE(ABORT, 'audit_entries_fixed: an entry never changes');
END;
--> statement-breakpoint
CREATE TRIGGER `audit_entries_kept` BEFORE DELETE ON `audit_entries`
BEGIN
	SELECT RAISE(ABORT, 'audit_entries_kept: no entry is removed');
END;
