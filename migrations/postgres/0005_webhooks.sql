CREATE TABLE "webhook_attempts" (
	"delivery_id" text COLLATE "C" NOT NULL,
	"number" bigint NOT NULL,
	"at" bigint NOT NULL,
	"duration_ms" bigint NOT NULL,
	"http_status" bigint,
	"error" text COLLATE "C",
	"response" text COLLATE "C",
	CONSTRAINT "webhook_attempts_delivery_id_number_pk" PRIMARY KEY("delivery_id","number"),
	CONSTRAINT "webhook_attempts_duration" CHECK ("webhook_attempts"."duration_ms" >= 0),
	CONSTRAINT "webhook_attempts_outcome" CHECK ("webhook_attempts"."http_status" IS NOT NULL OR "webhook_attempts"."error" IS NOT NULL)
);
--> statement-breakpoint
CREATE TABLE "webhook_deliveries" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"endpoint_id" text COLLATE "C" NOT NULL,
	"message_id" text COLLATE "C" NOT NULL,
	"type" text COLLATE "C" NOT NULL,
	"job_id" text COLLATE "C",
	"state" text COLLATE "C" NOT NULL,
	"payload" text COLLATE "C" NOT NULL,
	"tries" bigint NOT NULL,
	"claims" bigint NOT NULL,
	"leased" boolean NOT NULL,
	"next_at" bigint,
	"created_at" bigint NOT NULL,
	CONSTRAINT "webhook_deliveries_type" CHECK ("webhook_deliveries"."type" IN ('job.completed', 'job.failed', 'job.canceled', 'job.late_video', 'video.stored', 'webhook.test')),
	CONSTRAINT "webhook_deliveries_state" CHECK ("webhook_deliveries"."state" IN ('PENDING', 'DELIVERED', 'FAILED')),
	CONSTRAINT "webhook_deliveries_due" CHECK (("webhook_deliveries"."state" = 'PENDING') = ("webhook_deliveries"."next_at" IS NOT NULL)),
	CONSTRAINT "webhook_deliveries_lease" CHECK (NOT "webhook_deliveries"."leased" OR "webhook_deliveries"."state" = 'PENDING'),
	CONSTRAINT "webhook_deliveries_counters" CHECK ("webhook_deliveries"."tries" >= 0 AND "webhook_deliveries"."claims" >= 0),
	CONSTRAINT "webhook_deliveries_job" CHECK (("webhook_deliveries"."type" = 'webhook.test') = ("webhook_deliveries"."job_id" IS NULL))
);
--> statement-breakpoint
CREATE TABLE "webhook_endpoints" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"owner" text COLLATE "C" NOT NULL,
	"environment" text COLLATE "C" NOT NULL,
	"all_users" boolean NOT NULL,
	"url" text COLLATE "C" NOT NULL,
	"description" text COLLATE "C",
	"event_types" text COLLATE "C" NOT NULL,
	"enabled" boolean NOT NULL,
	"disabled_reason" text COLLATE "C",
	"created_at" bigint NOT NULL,
	"last_success_at" bigint,
	"faults" bigint NOT NULL,
	"failing_since" bigint,
	"slow_until" bigint,
	"secret" "bytea" NOT NULL,
	"previous_secret" "bytea",
	"previous_secret_until" bigint,
	"served_at" bigint NOT NULL,
	"deleted_at" bigint,
	CONSTRAINT "webhook_endpoints_owner" CHECK (length("webhook_endpoints"."owner") BETWEEN 1 AND 255),
	CONSTRAINT "webhook_endpoints_environment" CHECK ("webhook_endpoints"."environment" IN ('LIVE', 'TEST')),
	CONSTRAINT "webhook_endpoints_url" CHECK (length("webhook_endpoints"."url") BETWEEN 1 AND 2048),
	CONSTRAINT "webhook_endpoints_types" CHECK ("webhook_endpoints"."event_types" <> ''),
	CONSTRAINT "webhook_endpoints_reason" CHECK ("webhook_endpoints"."disabled_reason" IS NULL OR NOT "webhook_endpoints"."enabled"),
	CONSTRAINT "webhook_endpoints_faults" CHECK ("webhook_endpoints"."faults" >= 0 AND ("webhook_endpoints"."faults" = 0) = ("webhook_endpoints"."failing_since" IS NULL)),
	CONSTRAINT "webhook_endpoints_secret" CHECK (length("webhook_endpoints"."secret") > 0 OR "webhook_endpoints"."deleted_at" IS NOT NULL),
	CONSTRAINT "webhook_endpoints_previous" CHECK (("webhook_endpoints"."previous_secret" IS NULL) = ("webhook_endpoints"."previous_secret_until" IS NULL)),
	CONSTRAINT "webhook_endpoints_deleted" CHECK ("webhook_endpoints"."deleted_at" IS NULL OR NOT "webhook_endpoints"."enabled")
);
--> statement-breakpoint
ALTER TABLE "api_keys" DROP CONSTRAINT "api_keys_scopes";--> statement-breakpoint
ALTER TABLE "webhook_attempts" ADD CONSTRAINT "webhook_attempts_delivery_id_webhook_deliveries_id_fk" FOREIGN KEY ("delivery_id") REFERENCES "public"."webhook_deliveries"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_endpoint_id_webhook_endpoints_id_fk" FOREIGN KEY ("endpoint_id") REFERENCES "public"."webhook_endpoints"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_deliveries" ADD CONSTRAINT "webhook_deliveries_job_id_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."jobs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "webhook_deliveries_once" ON "webhook_deliveries" USING btree ("endpoint_id","job_id","type") WHERE "webhook_deliveries"."job_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "webhook_deliveries_list" ON "webhook_deliveries" USING btree ("endpoint_id","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_by_state" ON "webhook_deliveries" USING btree ("endpoint_id","state","id");--> statement-breakpoint
CREATE INDEX "webhook_deliveries_waiting" ON "webhook_deliveries" USING btree ("endpoint_id","next_at") WHERE "webhook_deliveries"."state" = 'PENDING' AND "webhook_deliveries"."type" <> 'webhook.test';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_test" ON "webhook_deliveries" USING btree ("next_at") WHERE "webhook_deliveries"."state" = 'PENDING' AND "webhook_deliveries"."type" = 'webhook.test';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_leased" ON "webhook_deliveries" USING btree ("endpoint_id","next_at") WHERE "webhook_deliveries"."leased";--> statement-breakpoint
CREATE INDEX "webhook_deliveries_missed" ON "webhook_deliveries" USING btree ("endpoint_id","created_at") WHERE "webhook_deliveries"."state" <> 'DELIVERED';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_old" ON "webhook_deliveries" USING btree ("created_at") WHERE "webhook_deliveries"."state" <> 'PENDING';--> statement-breakpoint
CREATE INDEX "webhook_deliveries_of_job" ON "webhook_deliveries" USING btree ("job_id") WHERE "webhook_deliveries"."job_id" IS NOT NULL;--> statement-breakpoint
CREATE INDEX "webhook_endpoints_by_owner" ON "webhook_endpoints" USING btree ("environment","owner","id") WHERE "webhook_endpoints"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX "webhook_endpoints_list" ON "webhook_endpoints" USING btree ("environment","id") WHERE "webhook_endpoints"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX "webhook_endpoints_of_all" ON "webhook_endpoints" USING btree ("environment") WHERE "webhook_endpoints"."all_users" AND "webhook_endpoints"."deleted_at" IS NULL;--> statement-breakpoint
CREATE INDEX "webhook_endpoints_deleted" ON "webhook_endpoints" USING btree ("deleted_at") WHERE "webhook_endpoints"."deleted_at" IS NOT NULL;--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_scopes" CHECK ("api_keys"."scopes" IN ('jobs:read', 'jobs:write', 'jobs:read jobs:write', 'credits:read', 'jobs:read credits:read', 'jobs:write credits:read', 'jobs:read jobs:write credits:read', 'webhooks:write', 'jobs:read webhooks:write', 'jobs:write webhooks:write', 'jobs:read jobs:write webhooks:write', 'credits:read webhooks:write', 'jobs:read credits:read webhooks:write', 'jobs:write credits:read webhooks:write', 'jobs:read jobs:write credits:read webhooks:write', 'admin', 'jobs:read admin', 'jobs:write admin', 'jobs:read jobs:write admin', 'credits:read admin', 'jobs:read credits:read admin', 'jobs:write credits:read admin', 'jobs:read jobs:write credits:read admin', 'webhooks:write admin', 'jobs:read webhooks:write admin', 'jobs:write webhooks:write admin', 'jobs:read jobs:write webhooks:write admin', 'credits:read webhooks:write admin', 'jobs:read credits:read webhooks:write admin', 'jobs:write credits:read webhooks:write admin', 'jobs:read jobs:write credits:read webhooks:write admin'));
--> statement-breakpoint
CREATE TRIGGER "webhook_endpoints_fixed" BEFORE UPDATE OF "id", "owner", "environment", "all_users", "created_at" ON "webhook_endpoints" FOR EACH ROW
EXECUTE FUNCTION "refuse"('whose jobs an endpoint is told of stays');
--> statement-breakpoint
CREATE TRIGGER "webhook_endpoints_gone" BEFORE UPDATE ON "webhook_endpoints" FOR EACH ROW
WHEN (OLD."deleted_at" IS NOT NULL)
EXECUTE FUNCTION "refuse"('an endpoint is deleted for good');
--> statement-breakpoint
CREATE TRIGGER "webhook_deliveries_fixed" BEFORE UPDATE OF "id", "endpoint_id", "message_id", "type", "job_id", "created_at" ON "webhook_deliveries" FOR EACH ROW
EXECUTE FUNCTION "refuse"('what is told, and to whom, stays');
--> statement-breakpoint
CREATE FUNCTION "webhook_deliveries_body"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM "jobs" WHERE "id" = OLD."job_id" AND "deleted_at" IS NOT NULL) THEN
		RAISE EXCEPTION 'webhook_deliveries_body: a body stays until its job is deleted'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'webhook_deliveries_body';
	END IF;
	RETURN NEW;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "webhook_deliveries_body" BEFORE UPDATE OF "payload" ON "webhook_deliveries" FOR EACH ROW
EXECUTE FUNCTION "webhook_deliveries_body"();
--> statement-breakpoint
CREATE FUNCTION "webhook_deliveries_kept"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD."state" = 'PENDING' AND NOT EXISTS (SELECT 1 FROM "webhook_endpoints" WHERE "id" = OLD."endpoint_id" AND "deleted_at" IS NOT NULL) THEN
		RAISE EXCEPTION 'webhook_deliveries_kept: what waits is not dropped'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'webhook_deliveries_kept';
	END IF;
	RETURN OLD;
END
$$;
--> statement-breakpoint
CREATE TRIGGER "webhook_deliveries_kept" BEFORE DELETE ON "webhook_deliveries" FOR EACH ROW
EXECUTE FUNCTION "webhook_deliveries_kept"();
--> statement-breakpoint
CREATE TRIGGER "webhook_attempts_fixed" BEFORE UPDATE ON "webhook_attempts" FOR EACH ROW
WHEN ((NEW."delivery_id", NEW."number", NEW."at", NEW."duration_ms", NEW."http_status", NEW."error")
		IS DISTINCT FROM (OLD."delivery_id", OLD."number", OLD."at", OLD."duration_ms", OLD."http_status", OLD."error")
	OR NEW."response" IS NOT NULL)
EXECUTE FUNCTION "refuse"('what was tried stays; what the receiver said may be erased');
