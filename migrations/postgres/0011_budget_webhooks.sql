ALTER TABLE "webhook_deliveries" DROP CONSTRAINT "webhook_deliveries_type";--> statement-breakpoint
ALTER TABLE "webhook_deliveries" DROP CONSTRAINT "webhook_deliveries_job";--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD COLUMN "budget_id" text COLLATE "C";--> statement-breakpoint
CREATE INDEX "webhook_deliveries_of_budget" ON "webhook_deliveries" USING btree ("budget_id") WHERE "webhook_deliveries"."budget_id" IS NOT NULL;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_budget" CHECK (("webhook_deliveries"."type" = 'budget.reached') = ("webhook_deliveries"."budget_id" IS NOT NULL));--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_type" CHECK ("webhook_deliveries"."type" IN ('job.completed', 'job.failed', 'job.canceled', 'job.late_video', 'video.stored', 'budget.reached', 'webhook.test'));--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_job" CHECK (("webhook_deliveries"."type" IN ('webhook.test', 'budget.reached')) = ("webhook_deliveries"."job_id" IS NULL));
--> statement-breakpoint
DROP TRIGGER "webhook_deliveries_fixed" ON "webhook_deliveries";
--> statement-breakpoint
CREATE TRIGGER "webhook_deliveries_fixed" BEFORE UPDATE OF "id", "endpoint_id", "message_id", "type", "job_id", "budget_id", "created_at" ON "webhook_deliveries" FOR EACH ROW
EXECUTE FUNCTION "refuse"('what is told, and to whom, stays');
