ALTER TABLE "settings" ADD COLUMN "incarnation" text;--> statement-breakpoint
ALTER TABLE "settings" ADD COLUMN "origin" text;