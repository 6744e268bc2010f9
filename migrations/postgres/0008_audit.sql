CREATE TABLE "audit_entries" (
	"id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"environment" text COLLATE "C" NOT NULL,
	"at" bigint NOT NULL,
	"actor" text COLLATE "C" NOT NULL,
	"action" text COLLATE "C" NOT NULL,
	"target" text COLLATE "C" NOT NULL,
	"reason" text COLLATE "C",
	"details" text COLLATE "C",
	CONSTRAINT "audit_entries_environment" CHECK ("audit_entries"."environment" IN ('LIVE', 'TEST')),
	CONSTRAINT "audit_entries_said" CHECK (length("audit_entries"."actor") > 0 AND length("audit_entries"."action") > 0 AND length("audit_entries"."target") > 0)
);
--> statement-breakpoint
CREATE INDEX "audit_entries_list" ON "audit_entries" USING btree ("environment","id");--> statement-breakpoint
CREATE INDEX "audit_entries_of_action" ON "audit_entries" USING btree ("environment","action","id");
--> statement-breakpoint
CREATE TRIGGER "audit_entries_fixed" BEFORE UPDATE ON "audit_entries" FOR EACH ROW
EXECUTE FUNCTION "refuse"('an entry never changes');
--> statement-breakpoint
CREATE TRIGGER "audit_entries_kept" BEFORE DELETE ON "audit_entries" FOR EACH ROW
EXECUTE FUNCTION "refuse"('no entry is removed');
--> statement-breakpoint
CREATE TRIGGER "audit_entries_whole" BEFORE TRUNCATE ON "audit_entries" FOR EACH STATEMENT
EXECUTE FUNCTION "refuse"('no entry is removed');
