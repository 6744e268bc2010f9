CREATE TABLE `erasures` (
	`account_id` text PRIMARY KEY NOT NULL,
	`environment` text NOT NULL,
	`owner` text NOT NULL,
	`ordered_at` integer NOT NULL,
	`last_number` integer NOT NULL,
	`position` integer NOT NULL,
	`reopened` integer NOT NULL,
	`jobs` integer NOT NULL,
	`videos` integer NOT NULL,
	FOREIGN KEY (`account_id`) REFERENCES `accounts`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "erasures_position" CHECK("erasures"."position" BETWEEN 0 AND "erasures"."last_number"),
	CONSTRAINT "erasures_counts" CHECK("erasures"."jobs" = "erasures"."last_number" AND "erasures"."videos" BETWEEN 0 AND "erasures"."jobs")
) STRICT;
--> statement-breakpoint
CREATE INDEX `erasures_open` ON `erasures` (`ordered_at`) WHERE "erasures"."position" < "erasures"."last_number";