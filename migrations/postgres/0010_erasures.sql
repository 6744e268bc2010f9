CREATE TABLE "erasures" (
	"account_id" text COLLATE "C" PRIMARY KEY NOT NULL,
	"environment" text COLLATE "C" NOT NULL,
	"owner" text COLLATE "C" NOT NULL,
	"ordered_at" bigint NOT NULL,
	"last_number" bigint NOT NULL,
	"position" bigint NOT NULL,
	"reopened" bigint NOT NULL,
	"jobs" bigint NOT NULL,
	"videos" bigint NOT NULL,
	CONSTRAINT "erasures_position" CHECK ("erasures"."position" BETWEEN 0 AND "erasures"."last_number"),
	CONSTRAINT "erasures_counts" CHECK ("erasures"."jobs" = "erasures"."last_number" AND "erasures"."videos" BETWEEN 0 AND "erasures"."jobs")
);
--> statement-breakpoint
ALTER TABLE "erasures" ADD CONSTRAINT "erasures_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "erasures_open" ON "erasures" USING btree ("ordered_at") WHERE "erasures"."position" < "erasures"."last_number";