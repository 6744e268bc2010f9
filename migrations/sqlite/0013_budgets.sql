CREATE TABLE `budgets` (
	`environment` text NOT NULL,
	`id` text NOT NULL,
	`owner` text NOT NULL,
	`period` text NOT NULL,
	`limit_credits` integer NOT NULL,
	`used_credits` integer NOT NULL,
	`period_start` integer NOT NULL,
	`is_default` integer NOT NULL,
	`reported_percent` integer NOT NULL,
	PRIMARY KEY(`environment`, `id`),
	CONSTRAINT "budgets_environment" CHECK("budgets"."environment" IN ('LIVE', 'TEST')),
	CONSTRAINT "budgets_period" CHECK("budgets"."period" IN ('MONTH', 'TOTAL')),
	CONSTRAINT "budgets_id" CHECK("budgets"."id" = "budgets"."owner" || '/' || "budgets"."period"),
	CONSTRAINT "budgets_credits" CHECK("budgets"."limit_credits" >= 0 AND "budgets"."used_credits" >= 0),
	CONSTRAINT "budgets_reported" CHECK("budgets"."reported_percent" IN (0, 50, 80, 100)),
	CONSTRAINT "budgets_total" CHECK("budgets"."period" <> 'TOTAL' OR "budgets"."period_start" = 0)
) STRICT;
--> statement-breakpoint
CREATE INDEX `budgets_by_owner` ON `budgets` (`environment`,`owner`,`period`);