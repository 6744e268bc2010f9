ALTER TABLE `settings` ADD `incarnation` text;--> statement-breakpoint
ALTER TABLE `settings` ADD `origin` text;