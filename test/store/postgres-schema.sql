accounts
	id text COLLATE "C" NOT NULL
	owner text COLLATE "C" NOT NULL
	environment text COLLATE "C" NOT NULL
	balance integer NOT NULL
	held integer NOT NULL
	running integer NOT NULL
	feed bigint NOT NULL
	ledger bigint NOT NULL
	jobs bigint NOT NULL
	created_at bigint NOT NULL
	served_at bigint NOT NULL
	CONSTRAINT accounts_available CHECK ((balance >= held))
	CONSTRAINT accounts_environment CHECK ((environment = ANY (ARRAY['LIVE'::text, 'TEST'::text])))
	CONSTRAINT accounts_held CHECK ((held >= 0))
	CONSTRAINT accounts_most CHECK ((balance <= 1000000000))
	CONSTRAINT accounts_pkey PRIMARY KEY (id)
	CONSTRAINT accounts_running CHECK ((((running >= 0) AND (running <= jobs)) AND ((running > 0) OR (held = 0))))
	CONSTRAINT accounts_whole_key UNIQUE (id, owner, environment)
CREATE UNIQUE INDEX accounts_key ON public.accounts USING btree (owner, environment)
CREATE UNIQUE INDEX accounts_pkey ON public.accounts USING btree (id)
CREATE INDEX accounts_served ON public.accounts USING btree (environment, served_at) WHERE (running > 0)
CREATE UNIQUE INDEX accounts_whole_key ON public.accounts USING btree (id, owner, environment)
CREATE TRIGGER accounts_fixed BEFORE UPDATE OF id, owner, environment, created_at ON public.accounts FOR EACH ROW EXECUTE FUNCTION refuse('an account stays its owner''s')
CREATE TRIGGER accounts_new BEFORE INSERT ON public.accounts FOR EACH ROW WHEN (((new.balance <> 0) OR (new.held <> 0) OR (new.running <> 0) OR (new.feed <> 0) OR (new.ledger <> 0) OR (new.jobs <> 0))) EXECUTE FUNCTION refuse('an account begins empty')
CREATE TRIGGER accounts_step BEFORE UPDATE OF balance, feed, ledger, jobs ON public.accounts FOR EACH ROW WHEN ((((new.feed - old.feed) <> ALL (ARRAY[(0)::bigint, (1)::bigint])) OR ((new.ledger - old.ledger) <> ALL (ARRAY[(0)::bigint, (1)::bigint])) OR ((new.jobs - old.jobs) <> ALL (ARRAY[(0)::bigint, (1)::bigint])) OR ((new.balance <> old.balance) AND (new.ledger = old.ledger)))) EXECUTE FUNCTION refuse('counters grow one by one, and a balance moves with its ledger')

api_keys
	id text COLLATE "C" NOT NULL
	owner text COLLATE "C" NOT NULL
	environment text COLLATE "C" NOT NULL
	secret_hash bytea NOT NULL
	scopes text COLLATE "C" NOT NULL
	created_at bigint NOT NULL
	expires_at bigint
	revoked_at bigint
	last_used_at bigint
	label text COLLATE "C"
	CONSTRAINT api_keys_environment CHECK ((environment = ANY (ARRAY['LIVE'::text, 'TEST'::text])))
	CONSTRAINT api_keys_expires_at CHECK ((expires_at > created_at))
	CONSTRAINT api_keys_owner CHECK (((length(owner) >= 1) AND (length(owner) <= 255)))
	CONSTRAINT api_keys_pkey PRIMARY KEY (id)
	CONSTRAINT api_keys_scopes CHECK ((scopes = ANY (ARRAY['jobs:read'::text, 'jobs:write'::text, 'jobs:read jobs:write'::text, 'credits:read'::text, 'jobs:read credits:read'::text, 'jobs:write credits:read'::text, 'jobs:read jobs:write credits:read'::text, 'webhooks:write'::text, 'jobs:read webhooks:write'::text, 'jobs:write webhooks:write'::text, 'jobs:read jobs:write webhooks:write'::text, 'credits:read webhooks:write'::text, 'jobs:read credits:read webhooks:write'::text, 'jobs:write credits:read webhooks:write'::text, 'jobs:read jobs:write credits:read webhooks:write'::text, 'admin'::text, 'jobs:read admin'::text, 'jobs:write admin'::text, 'jobs:read jobs:write admin'::text, 'credits:read admin'::text, 'jobs:read credits:read admin'::text, 'jobs:write credits:read admin'::text, 'jobs:read jobs:write credits:read admin'::text, 'webhooks:write admin'::text, 'jobs:read webhooks:write admin'::text, 'jobs:write webhooks:write admin'::text, 'jobs:read jobs:write webhooks:write admin'::text, 'credits:read webhooks:write admin'::text, 'jobs:read credits:read webhooks:write admin'::text, 'jobs:write credits:read webhooks:write admin'::text, 'jobs:read jobs:write credits:read webhooks:write admin'::text])))
	CONSTRAINT api_keys_secret_hash CHECK ((length(secret_hash) = 32))
CREATE INDEX api_keys_by_owner ON public.api_keys USING btree (environment, owner, id)
CREATE INDEX api_keys_list ON public.api_keys USING btree (environment, id)
CREATE UNIQUE INDEX api_keys_pkey ON public.api_keys USING btree (id)
CREATE TRIGGER api_keys_fixed BEFORE UPDATE OF id, owner, environment, secret_hash, scopes, created_at, expires_at ON public.api_keys FOR EACH ROW EXECUTE FUNCTION refuse('what a key may do stays')
CREATE TRIGGER api_keys_kept BEFORE DELETE ON public.api_keys FOR EACH ROW EXECUTE FUNCTION refuse('keys are revoked, not removed')
CREATE TRIGGER api_keys_label BEFORE INSERT ON public.api_keys FOR EACH ROW WHEN (((length(new.label) < 1) OR (length(new.label) > 100))) EXECUTE FUNCTION refuse('a label has 1 to 100 characters')
CREATE TRIGGER api_keys_label_fixed BEFORE UPDATE OF label ON public.api_keys FOR EACH ROW EXECUTE FUNCTION refuse('the label of a key stays')
CREATE TRIGGER api_keys_new BEFORE INSERT ON public.api_keys FOR EACH ROW WHEN (((new.revoked_at IS NOT NULL) OR (new.last_used_at IS NOT NULL))) EXECUTE FUNCTION refuse('a key begins unused and good')
CREATE TRIGGER api_keys_revoked BEFORE UPDATE OF revoked_at ON public.api_keys FOR EACH ROW WHEN ((old.revoked_at IS NOT NULL)) EXECUTE FUNCTION refuse('a key is revoked for good')
CREATE TRIGGER api_keys_used BEFORE UPDATE OF last_used_at ON public.api_keys FOR EACH ROW WHEN (((new.last_used_at IS NULL) OR (new.last_used_at < old.last_used_at))) EXECUTE FUNCTION refuse('the last use only moves on')

audit_entries
	id text COLLATE "C" NOT NULL
	environment text COLLATE "C" NOT NULL
	at bigint NOT NULL
	actor text COLLATE "C" NOT NULL
	action text COLLATE "C" NOT NULL
	target text COLLATE "C" NOT NULL
	reason text COLLATE "C"
	details text COLLATE "C"
	CONSTRAINT audit_entries_environment CHECK ((environment = ANY (ARRAY['LIVE'::text, 'TEST'::text])))
	CONSTRAINT audit_entries_pkey PRIMARY KEY (id)
	CONSTRAINT audit_entries_said CHECK (((length(actor) > 0) AND (length(action) > 0) AND (length(target) > 0)))
CREATE INDEX audit_entries_list ON public.audit_entries USING btree (environment, id)
CREATE INDEX audit_entries_of_action ON public.audit_entries USING btree (environment, action, id)
CREATE UNIQUE INDEX audit_entries_pkey ON public.audit_entries USING btree (id)
CREATE TRIGGER audit_entries_fixed BEFORE UPDATE ON public.audit_entries FOR EACH ROW EXECUTE FUNCTION refuse('an entry never changes')
CREATE TRIGGER audit_entries_kept BEFORE DELETE ON public.audit_entries FOR EACH ROW EXECUTE FUNCTION refuse('no entry is removed')
CREATE TRIGGER audit_entries_whole BEFORE TRUNCATE ON public.audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse('no entry is removed')

budgets
	environment text COLLATE "C" NOT NULL
	id text COLLATE "C" NOT NULL
	owner text COLLATE "C" NOT NULL
	period text COLLATE "C" NOT NULL
	limit_credits integer NOT NULL
	used_credits bigint NOT NULL
	period_start bigint NOT NULL
	is_default boolean NOT NULL
	reported_percent integer NOT NULL
	CONSTRAINT budgets_credits CHECK (((limit_credits >= 0) AND (used_credits >= 0)))
	CONSTRAINT budgets_environment CHECK ((environment = ANY (ARRAY['LIVE'::text, 'TEST'::text])))
	CONSTRAINT budgets_environment_id_pk PRIMARY KEY (environment, id)
	CONSTRAINT budgets_id CHECK ((id = ((owner || '/'::text) || period)))
	CONSTRAINT budgets_period CHECK ((period = ANY (ARRAY['MONTH'::text, 'TOTAL'::text])))
	CONSTRAINT budgets_reported CHECK ((reported_percent = ANY (ARRAY[0, 50, 80, 100])))
	CONSTRAINT budgets_total CHECK (((period <> 'TOTAL'::text) OR (period_start = 0)))
CREATE INDEX budgets_by_owner ON public.budgets USING btree (environment, owner, period)
CREATE UNIQUE INDEX budgets_environment_id_pk ON public.budgets USING btree (environment, id)

erasures
	account_id text COLLATE "C" NOT NULL
	environment text COLLATE "C" NOT NULL
	owner text COLLATE "C" NOT NULL
	ordered_at bigint NOT NULL
	last_number bigint NOT NULL
	"position" bigint NOT NULL
	reopened bigint NOT NULL
	jobs bigint NOT NULL
	videos bigint NOT NULL
	CONSTRAINT erasures_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id)
	CONSTRAINT erasures_counts CHECK (((jobs = last_number) AND ((videos >= 0) AND (videos <= jobs))))
	CONSTRAINT erasures_pkey PRIMARY KEY (account_id)
	CONSTRAINT erasures_position CHECK ((("position" >= 0) AND ("position" <= last_number)))
CREATE INDEX erasures_open ON public.erasures USING btree (ordered_at) WHERE ("position" < last_number)
CREATE UNIQUE INDEX erasures_pkey ON public.erasures USING btree (account_id)

job_events
	job_id text COLLATE "C" NOT NULL
	version integer NOT NULL
	account_id text COLLATE "C" NOT NULL
	feed bigint NOT NULL
	status text COLLATE "C" NOT NULL
	message text COLLATE "C" NOT NULL
	occurred_at bigint NOT NULL
	CONSTRAINT job_events_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id)
	CONSTRAINT job_events_job_id_jobs_id_fk FOREIGN KEY (job_id) REFERENCES jobs(id)
	CONSTRAINT job_events_job_id_version_pk PRIMARY KEY (job_id, version)
	CONSTRAINT job_events_status CHECK ((status = ANY (ARRAY['PENDING'::text, 'QUEUED'::text, 'PROCESSING'::text, 'COMPLETED'::text, 'FAILED'::text, 'CANCELED'::text])))
CREATE UNIQUE INDEX job_events_feed ON public.job_events USING btree (account_id, feed)
CREATE UNIQUE INDEX job_events_job_id_version_pk ON public.job_events USING btree (job_id, version)
CREATE TRIGGER job_events_fixed BEFORE UPDATE ON public.job_events FOR EACH ROW EXECUTE FUNCTION job_events_fixed()
CREATE TRIGGER job_events_kept BEFORE DELETE ON public.job_events FOR EACH ROW EXECUTE FUNCTION refuse('history is not rewritten')
CREATE TRIGGER job_events_new BEFORE INSERT ON public.job_events FOR EACH ROW EXECUTE FUNCTION job_events_new()
CREATE TRIGGER job_events_whole BEFORE TRUNCATE ON public.job_events FOR EACH STATEMENT EXECUTE FUNCTION refuse('history is not rewritten')

jobs
	id text COLLATE "C" NOT NULL
	account_id text COLLATE "C" NOT NULL
	number bigint NOT NULL
	owner text COLLATE "C" NOT NULL
	environment text COLLATE "C" NOT NULL
	idempotency_key text COLLATE "C"
	retry_of text COLLATE "C"
	prompt text COLLATE "C" NOT NULL
	aspect_ratio text COLLATE "C" NOT NULL
	seed bigint NOT NULL
	external_id text COLLATE "C"
	price_credits integer NOT NULL
	state text COLLATE "C" NOT NULL
	version integer NOT NULL
	request_id text COLLATE "C"
	poll_url text COLLATE "C"
	video_url text COLLATE "C"
	video_content_type text COLLATE "C"
	video_expires_at bigint
	late_video_url text COLLATE "C"
	late_video_content_type text COLLATE "C"
	late_video_expires_at bigint
	failure_code text COLLATE "C"
	failure_message text COLLATE "C"
	failure_http_status integer
	estimate_quantiles jsonb NOT NULL
	estimate_sample_size integer NOT NULL
	faults integer NOT NULL
	resends integer NOT NULL
	created_at bigint NOT NULL
	submitted_at bigint
	started_at bigint
	finished_at bigint
	deadline_at bigint NOT NULL
	poll_at bigint
	polled_at bigint
	token_id text COLLATE "C"
	max_credits bigint
	seed_used bigint
	provider_cost double precision
	provider_message text COLLATE "C"
	provider_http_status integer
	output_missing_since bigint
	unknown_video boolean NOT NULL
	video_id text COLLATE "C" NOT NULL
	copy_state text COLLATE "C" NOT NULL
	copy_at bigint
	copy_faults integer NOT NULL
	copy_missing_since bigint
	copy_settled_at bigint
	copy_lost boolean NOT NULL
	copy_byte_size bigint
	copy_sha256 text COLLATE "C"
	copy_duration_seconds double precision
	copy_width integer
	copy_height integer
	copy_has_poster boolean NOT NULL
	deleted_at bigint
	api_key_id text COLLATE "C"
	failed_polls integer NOT NULL
	CONSTRAINT jobs_account FOREIGN KEY (account_id, owner, environment) REFERENCES accounts(id, owner, environment)
	CONSTRAINT jobs_aspect_ratio CHECK ((aspect_ratio = ANY (ARRAY['LANDSCAPE_16_9'::text, 'PORTRAIT_9_16'::text, 'SQUARE_1_1'::text, 'LANDSCAPE_4_3'::text, 'PORTRAIT_3_4'::text])))
	CONSTRAINT jobs_copy CHECK (
CASE
    WHEN (copy_state = 'NONE'::text) THEN ((copy_at IS NULL) AND (copy_settled_at IS NULL))
    WHEN ((video_url IS NULL) AND (late_video_url IS NULL)) THEN (copy_state = 'NONE'::text)
    WHEN (copy_state = 'WAITING'::text) THEN ((copy_at IS NOT NULL) AND (copy_settled_at IS NULL))
    ELSE (copy_settled_at IS NOT NULL)
END)
	CONSTRAINT jobs_copy_state CHECK ((copy_state = ANY (ARRAY['NONE'::text, 'WAITING'::text, 'STORED'::text, 'GONE'::text])))
	CONSTRAINT jobs_copy_stored CHECK (((copy_state <> 'STORED'::text) OR ((copy_at IS NULL) AND (copy_byte_size IS NOT NULL) AND (copy_sha256 IS NOT NULL))))
	CONSTRAINT jobs_counters CHECK (((version >= 1) AND (faults >= 0) AND (resends >= 0)))
	CONSTRAINT jobs_deleted CHECK (((deleted_at IS NULL) OR ((finished_at IS NOT NULL) AND (prompt = ANY (ARRAY[''::text, '@test/'::text])) AND (external_id IS NULL) AND (request_id IS NULL) AND (poll_url IS NULL) AND (provider_message IS NULL) AND (COALESCE(video_url, ''::text) = ''::text) AND (COALESCE(late_video_url, ''::text) = ''::text) AND (copy_state = ANY (ARRAY['NONE'::text, 'GONE'::text])) AND (copy_sha256 IS NULL) AND (poll_at IS NULL))))
	CONSTRAINT jobs_estimate CHECK (((jsonb_typeof(estimate_quantiles) = 'array'::text) AND (estimate_sample_size >= 0)))
	CONSTRAINT jobs_external_id CHECK ((length(external_id) <= 255))
	CONSTRAINT jobs_failure CHECK (((state = 'FAILED'::text) = (failure_code IS NOT NULL)))
	CONSTRAINT jobs_failure_whole CHECK ((((failure_code IS NULL) = (failure_message IS NULL)) AND ((failure_http_status IS NULL) OR (failure_code IS NOT NULL))))
	CONSTRAINT jobs_finished CHECK (((state = ANY (ARRAY['PENDING'::text, 'SUBMITTING'::text, 'QUEUED'::text, 'PROCESSING'::text])) = (finished_at IS NULL)))
	CONSTRAINT jobs_key CHECK ((((length(idempotency_key) >= 1) AND (length(idempotency_key) <= 255)) AND (idempotency_key ~ '^[ -~]*$'::text)))
	CONSTRAINT jobs_late_video CHECK (((late_video_url IS NULL) OR ((state = 'FAILED'::text) AND (submitted_at IS NOT NULL))))
	CONSTRAINT jobs_late_video_whole CHECK ((((late_video_url IS NULL) = (late_video_content_type IS NULL)) AND ((late_video_expires_at IS NULL) OR (late_video_url IS NOT NULL))))
	CONSTRAINT jobs_pkey PRIMARY KEY (id)
	CONSTRAINT jobs_poll CHECK (
CASE
    WHEN (state = ANY (ARRAY['PENDING'::text, 'SUBMITTING'::text, 'QUEUED'::text, 'PROCESSING'::text])) THEN (poll_at IS NOT NULL)
    ELSE ((poll_at IS NULL) OR ((state = 'FAILED'::text) AND (submitted_at IS NOT NULL) AND (late_video_url IS NULL)))
END)
	CONSTRAINT jobs_price CHECK ((price_credits >= 0))
	CONSTRAINT jobs_prompt CHECK ((((prompt <> ''::text) OR (deleted_at IS NOT NULL)) AND (length(prompt) <= 2000)))
	CONSTRAINT jobs_retry_of_jobs_id_fk FOREIGN KEY (retry_of) REFERENCES jobs(id)
	CONSTRAINT jobs_seed CHECK (((seed >= '-1'::integer) AND (seed <= '9007199254740991'::bigint)))
	CONSTRAINT jobs_started CHECK (
CASE
    WHEN (state = 'PROCESSING'::text) THEN (started_at IS NOT NULL)
    ELSE ((started_at IS NULL) OR (submitted_at IS NOT NULL))
END)
	CONSTRAINT jobs_state CHECK ((state = ANY (ARRAY['PENDING'::text, 'SUBMITTING'::text, 'QUEUED'::text, 'PROCESSING'::text, 'COMPLETED'::text, 'FAILED'::text, 'CANCELED'::text])))
	CONSTRAINT jobs_submission CHECK ((((deleted_at IS NOT NULL) OR ((submitted_at IS NULL) = (poll_url IS NULL))) AND ((request_id IS NULL) OR (poll_url IS NOT NULL))))
	CONSTRAINT jobs_submitted CHECK (
CASE
    WHEN (state = ANY (ARRAY['PENDING'::text, 'SUBMITTING'::text, 'CANCELED'::text])) THEN (submitted_at IS NULL)
    WHEN (state = ANY (ARRAY['QUEUED'::text, 'PROCESSING'::text, 'COMPLETED'::text])) THEN (submitted_at IS NOT NULL)
    ELSE (state = 'FAILED'::text)
END)
	CONSTRAINT jobs_video CHECK (((state = 'COMPLETED'::text) = (video_url IS NOT NULL)))
	CONSTRAINT jobs_video_id CHECK ((length(video_id) = 32))
	CONSTRAINT jobs_video_whole CHECK ((((video_url IS NULL) = (video_content_type IS NULL)) AND ((video_expires_at IS NULL) OR (video_url IS NOT NULL))))
CREATE INDEX jobs_accepted ON public.jobs USING btree (environment, submitted_at) WHERE (submitted_at IS NOT NULL)
CREATE INDEX jobs_all_by_external_id ON public.jobs USING btree (environment, external_id, state, id) WHERE (external_id IS NOT NULL)
CREATE INDEX jobs_all_by_failure ON public.jobs USING btree (failure_code, environment, id) WHERE (failure_code IS NOT NULL)
CREATE INDEX jobs_all_by_state ON public.jobs USING btree (state, environment, id)
CREATE INDEX jobs_all_odd ON public.jobs USING btree (environment, id) WHERE (((substr(id, 1, 8) || substr(id, 10, 4)) < lpad(to_hex((created_at - 60000)), 12, '0'::text)) OR ((substr(id, 1, 8) || substr(id, 10, 4)) > lpad(to_hex((created_at + 60000)), 12, '0'::text)))
CREATE INDEX jobs_by_external_id ON public.jobs USING btree (account_id, external_id, state, id) WHERE (external_id IS NOT NULL)
CREATE INDEX jobs_by_failure ON public.jobs USING btree (account_id, failure_code, id) WHERE (failure_code IS NOT NULL)
CREATE INDEX jobs_by_request ON public.jobs USING btree (environment, request_id) WHERE (request_id IS NOT NULL)
CREATE INDEX jobs_by_state ON public.jobs USING btree (account_id, state, id)
CREATE INDEX jobs_completed ON public.jobs USING btree (environment, finished_at, submitted_at) WHERE (state = 'COMPLETED'::text)
CREATE INDEX jobs_due_copy ON public.jobs USING btree (copy_state, copy_at) WHERE (copy_at IS NOT NULL)
CREATE INDEX jobs_due_deadline ON public.jobs USING btree (environment, deadline_at, poll_at) WHERE (state = 'PENDING'::text)
CREATE INDEX jobs_due_lease ON public.jobs USING btree (environment, poll_at) WHERE (state = 'SUBMITTING'::text)
CREATE INDEX jobs_due_look ON public.jobs USING btree (environment, poll_at, deadline_at, state) WHERE ((state = ANY (ARRAY['QUEUED'::text, 'PROCESSING'::text, 'FAILED'::text])) AND (poll_at IS NOT NULL))
CREATE INDEX jobs_due_submit ON public.jobs USING btree (environment, poll_at, deadline_at) WHERE (state = 'PENDING'::text)
CREATE INDEX jobs_failed ON public.jobs USING btree (environment, finished_at) WHERE (state = 'FAILED'::text)
CREATE UNIQUE INDEX jobs_idempotency_key ON public.jobs USING btree (owner, environment, idempotency_key) WHERE (idempotency_key IS NOT NULL)
CREATE INDEX jobs_kept ON public.jobs USING btree (finished_at) WHERE ((finished_at IS NOT NULL) AND (deleted_at IS NULL))
CREATE UNIQUE INDEX jobs_keyless_retry ON public.jobs USING btree (retry_of) WHERE ((idempotency_key IS NULL) AND (retry_of IS NOT NULL))
CREATE INDEX jobs_late ON public.jobs USING btree (environment, id) WHERE (late_video_url IS NOT NULL)
CREATE INDEX jobs_list ON public.jobs USING btree (account_id, id)
CREATE INDEX jobs_lost_video ON public.jobs USING btree (environment, id) WHERE copy_lost
CREATE UNIQUE INDEX jobs_number ON public.jobs USING btree (account_id, number)
CREATE INDEX jobs_odd ON public.jobs USING btree (account_id, id) WHERE (((substr(id, 1, 8) || substr(id, 10, 4)) < lpad(to_hex((created_at - 60000)), 12, '0'::text)) OR ((substr(id, 1, 8) || substr(id, 10, 4)) > lpad(to_hex((created_at + 60000)), 12, '0'::text)))
CREATE INDEX jobs_of_token ON public.jobs USING btree (token_id, state, price_credits) WHERE (token_id IS NOT NULL)
CREATE UNIQUE INDEX jobs_pkey ON public.jobs USING btree (id)
CREATE INDEX jobs_stored ON public.jobs USING btree (finished_at, id) WHERE (copy_state = 'STORED'::text)
CREATE INDEX jobs_time ON public.jobs USING btree (environment, created_at, id)
CREATE INDEX jobs_unconfirmed ON public.jobs USING btree (environment, id) WHERE (failure_code = 'SUBMISSION_UNCONFIRMED'::text)
CREATE UNIQUE INDEX jobs_video_id ON public.jobs USING btree (video_id)
CREATE INDEX jobs_without_result ON public.jobs USING btree (environment, id) WHERE ((failure_code = ANY (ARRAY['PROVIDER_BAD_OUTPUT'::text, 'PROVIDER_JOB_LOST'::text, 'DEADLINE_EXCEEDED'::text])) AND (submitted_at IS NOT NULL) AND (late_video_url IS NULL))
CREATE TRIGGER jobs_accepted BEFORE UPDATE OF request_id, poll_url, submitted_at ON public.jobs FOR EACH ROW WHEN (((old.submitted_at IS NOT NULL) AND (((new.request_id IS DISTINCT FROM old.request_id) OR (new.poll_url IS DISTINCT FROM old.poll_url)) OR (new.submitted_at IS DISTINCT FROM old.submitted_at)) AND (NOT ((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL) AND (NOT (new.submitted_at IS DISTINCT FROM old.submitted_at)))))) EXECUTE FUNCTION refuse('the provider accepts a job once')
CREATE TRIGGER jobs_asked BEFORE UPDATE OF prompt, external_id, deleted_at ON public.jobs FOR EACH ROW WHEN (((old.deleted_at IS NOT NULL) OR (new.deleted_at IS NULL))) EXECUTE FUNCTION refuse('the prompt and the reference stay until the job is deleted, once and for good')
CREATE TRIGGER jobs_copied BEFORE UPDATE OF copy_state ON public.jobs FOR EACH ROW WHEN (((new.copy_state <> old.copy_state) AND (NOT (((old.copy_state = 'NONE'::text) AND (new.copy_state = 'WAITING'::text)) OR ((old.copy_state = 'NONE'::text) AND (new.copy_state = 'GONE'::text) AND (new.deleted_at IS NOT NULL)) OR ((old.copy_state = 'WAITING'::text) AND (new.copy_state = ANY (ARRAY['STORED'::text, 'GONE'::text]))) OR ((old.copy_state = 'STORED'::text) AND (new.copy_state = 'GONE'::text)))))) EXECUTE FUNCTION refuse('a copy waits, is stored and is gone, in this order')
CREATE TRIGGER jobs_ended BEFORE UPDATE OF state, video_url, video_content_type, video_expires_at, failure_code, failure_message, failure_http_status, finished_at ON public.jobs FOR EACH ROW WHEN (((old.state = ANY (ARRAY['COMPLETED'::text, 'FAILED'::text, 'CANCELED'::text])) AND (NOT ((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL) AND (new.state = old.state) AND (new.finished_at = old.finished_at) AND (NOT (new.failure_code IS DISTINCT FROM old.failure_code)))))) EXECUTE FUNCTION refuse('no end is left or told again')
CREATE TRIGGER jobs_fixed BEFORE UPDATE OF id, account_id, number, owner, environment, idempotency_key, retry_of, aspect_ratio, seed, price_credits, created_at, token_id, max_credits, video_id, api_key_id ON public.jobs FOR EACH ROW EXECUTE FUNCTION refuse('what was asked for, by which token or key and at what price, stays')
CREATE TRIGGER jobs_late BEFORE UPDATE OF late_video_url, late_video_content_type, late_video_expires_at ON public.jobs FOR EACH ROW WHEN (((old.late_video_url IS NOT NULL) AND (NOT ((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL) AND (new.late_video_url IS NOT NULL))))) EXECUTE FUNCTION refuse('a late video is kept')
CREATE TRIGGER jobs_new BEFORE INSERT ON public.jobs FOR EACH ROW EXECUTE FUNCTION jobs_new()
CREATE TRIGGER jobs_retry_of BEFORE INSERT ON public.jobs FOR EACH ROW WHEN ((new.retry_of IS NOT NULL)) EXECUTE FUNCTION jobs_retry_of()
CREATE TRIGGER jobs_step BEFORE UPDATE OF state, version, late_video_url, deleted_at ON public.jobs FOR EACH ROW WHEN (((new.version - old.version) <> (((new.state <> old.state) OR ((old.late_video_url IS NULL) AND (new.late_video_url IS NOT NULL)) OR ((old.deleted_at IS NULL) AND (new.deleted_at IS NOT NULL))))::integer)) EXECUTE FUNCTION refuse('the version counts changes of state, the arrival of a late video and the deletion, and nothing else')

ledger_entries
	id text COLLATE "C" NOT NULL
	account_id text COLLATE "C" NOT NULL
	environment text COLLATE "C" NOT NULL
	number bigint NOT NULL
	kind text COLLATE "C" NOT NULL
	credits integer NOT NULL
	balance_after integer NOT NULL
	job_id text COLLATE "C"
	reason text COLLATE "C"
	idempotency_key text COLLATE "C"
	created_at bigint NOT NULL
	CONSTRAINT ledger_entries_account_id_accounts_id_fk FOREIGN KEY (account_id) REFERENCES accounts(id)
	CONSTRAINT ledger_entries_capture CHECK (((kind <> 'CAPTURE'::text) OR ((credits <= 0) AND (job_id IS NOT NULL) AND (reason IS NULL) AND (idempotency_key IS NULL))))
	CONSTRAINT ledger_entries_grant CHECK (((kind <> 'GRANT'::text) OR ((credits <> 0) AND (job_id IS NULL) AND (reason IS NOT NULL))))
	CONSTRAINT ledger_entries_job_id_jobs_id_fk FOREIGN KEY (job_id) REFERENCES jobs(id)
	CONSTRAINT ledger_entries_kind CHECK ((kind = ANY (ARRAY['GRANT'::text, 'CAPTURE'::text, 'REFUND'::text])))
	CONSTRAINT ledger_entries_pkey PRIMARY KEY (id)
	CONSTRAINT ledger_entries_refund CHECK (((kind <> 'REFUND'::text) OR ((credits >= 0) AND (job_id IS NOT NULL) AND (reason IS NOT NULL) AND (idempotency_key IS NULL))))
CREATE UNIQUE INDEX ledger_entries_grant_key ON public.ledger_entries USING btree (environment, idempotency_key) WHERE (idempotency_key IS NOT NULL)
CREATE UNIQUE INDEX ledger_entries_job ON public.ledger_entries USING btree (job_id, kind) WHERE (job_id IS NOT NULL)
CREATE UNIQUE INDEX ledger_entries_number ON public.ledger_entries USING btree (account_id, number)
CREATE UNIQUE INDEX ledger_entries_pkey ON public.ledger_entries USING btree (id)
CREATE INDEX ledger_entries_time ON public.ledger_entries USING btree (environment, created_at, id)
CREATE TRIGGER ledger_entries_fixed BEFORE UPDATE ON public.ledger_entries FOR EACH ROW EXECUTE FUNCTION refuse('history is not rewritten')
CREATE TRIGGER ledger_entries_kept BEFORE DELETE ON public.ledger_entries FOR EACH ROW EXECUTE FUNCTION refuse('history is not rewritten')
CREATE TRIGGER ledger_entries_new BEFORE INSERT ON public.ledger_entries FOR EACH ROW EXECUTE FUNCTION ledger_entries_new()
CREATE TRIGGER ledger_entries_price BEFORE INSERT ON public.ledger_entries FOR EACH ROW WHEN ((new.kind = 'CAPTURE'::text)) EXECUTE FUNCTION ledger_entries_price()
CREATE TRIGGER ledger_entries_refunded BEFORE INSERT ON public.ledger_entries FOR EACH ROW WHEN ((new.kind = 'REFUND'::text)) EXECUTE FUNCTION ledger_entries_refunded()
CREATE TRIGGER ledger_entries_whole BEFORE TRUNCATE ON public.ledger_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse('history is not rewritten')

settings
	id integer NOT NULL
	secret bytea NOT NULL
	pings bigint NOT NULL
	incarnation text
	origin text
	CONSTRAINT settings_one CHECK ((id = 1))
	CONSTRAINT settings_pkey PRIMARY KEY (id)
	CONSTRAINT settings_secret CHECK ((length(secret) = 32))
CREATE UNIQUE INDEX settings_pkey ON public.settings USING btree (id)
CREATE TRIGGER settings_kept BEFORE DELETE ON public.settings FOR EACH ROW EXECUTE FUNCTION refuse('the secret stays')
CREATE TRIGGER settings_secret_fixed BEFORE UPDATE OF id, secret ON public.settings FOR EACH ROW EXECUTE FUNCTION refuse('the secret stays')

webhook_attempts
	delivery_id text COLLATE "C" NOT NULL
	number bigint NOT NULL
	at bigint NOT NULL
	duration_ms bigint NOT NULL
	http_status bigint
	error text COLLATE "C"
	response text COLLATE "C"
	CONSTRAINT webhook_attempts_delivery_id_number_pk PRIMARY KEY (delivery_id, number)
	CONSTRAINT webhook_attempts_delivery_id_webhook_deliveries_id_fk FOREIGN KEY (delivery_id) REFERENCES webhook_deliveries(id)
	CONSTRAINT webhook_attempts_duration CHECK ((duration_ms >= 0))
	CONSTRAINT webhook_attempts_outcome CHECK (((http_status IS NOT NULL) OR (error IS NOT NULL)))
CREATE UNIQUE INDEX webhook_attempts_delivery_id_number_pk ON public.webhook_attempts USING btree (delivery_id, number)
CREATE TRIGGER webhook_attempts_fixed BEFORE UPDATE ON public.webhook_attempts FOR EACH ROW WHEN ((((((((new.delivery_id IS DISTINCT FROM old.delivery_id) OR (new.number IS DISTINCT FROM old.number)) OR (new.at IS DISTINCT FROM old.at)) OR (new.duration_ms IS DISTINCT FROM old.duration_ms)) OR (new.http_status IS DISTINCT FROM old.http_status)) OR (new.error IS DISTINCT FROM old.error)) OR (new.response IS NOT NULL))) EXECUTE FUNCTION refuse('what was tried stays; what the receiver said may be erased')

webhook_deliveries
	id text COLLATE "C" NOT NULL
	endpoint_id text COLLATE "C" NOT NULL
	message_id text COLLATE "C" NOT NULL
	type text COLLATE "C" NOT NULL
	job_id text COLLATE "C"
	state text COLLATE "C" NOT NULL
	payload text COLLATE "C" NOT NULL
	tries bigint NOT NULL
	claims bigint NOT NULL
	leased boolean NOT NULL
	next_at bigint
	created_at bigint NOT NULL
	budget_id text COLLATE "C"
	CONSTRAINT webhook_deliveries_budget CHECK (((type = 'budget.reached'::text) = (budget_id IS NOT NULL)))
	CONSTRAINT webhook_deliveries_counters CHECK (((tries >= 0) AND (claims >= 0)))
	CONSTRAINT webhook_deliveries_due CHECK (((state = 'PENDING'::text) = (next_at IS NOT NULL)))
	CONSTRAINT webhook_deliveries_endpoint_id_webhook_endpoints_id_fk FOREIGN KEY (endpoint_id) REFERENCES webhook_endpoints(id)
	CONSTRAINT webhook_deliveries_job CHECK (((type = ANY (ARRAY['webhook.test'::text, 'budget.reached'::text])) = (job_id IS NULL)))
	CONSTRAINT webhook_deliveries_job_id_jobs_id_fk FOREIGN KEY (job_id) REFERENCES jobs(id)
	CONSTRAINT webhook_deliveries_lease CHECK (((NOT leased) OR (state = 'PENDING'::text)))
	CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (id)
	CONSTRAINT webhook_deliveries_state CHECK ((state = ANY (ARRAY['PENDING'::text, 'DELIVERED'::text, 'FAILED'::text])))
	CONSTRAINT webhook_deliveries_type CHECK ((type = ANY (ARRAY['job.completed'::text, 'job.failed'::text, 'job.canceled'::text, 'job.late_video'::text, 'video.stored'::text, 'budget.reached'::text, 'webhook.test'::text])))
CREATE INDEX webhook_deliveries_by_state ON public.webhook_deliveries USING btree (endpoint_id, state, id)
CREATE INDEX webhook_deliveries_leased ON public.webhook_deliveries USING btree (endpoint_id, next_at) WHERE leased
CREATE INDEX webhook_deliveries_list ON public.webhook_deliveries USING btree (endpoint_id, id)
CREATE INDEX webhook_deliveries_missed ON public.webhook_deliveries USING btree (endpoint_id, created_at) WHERE (state <> 'DELIVERED'::text)
CREATE INDEX webhook_deliveries_of_budget ON public.webhook_deliveries USING btree (budget_id) WHERE (budget_id IS NOT NULL)
CREATE INDEX webhook_deliveries_of_job ON public.webhook_deliveries USING btree (job_id) WHERE (job_id IS NOT NULL)
CREATE INDEX webhook_deliveries_old ON public.webhook_deliveries USING btree (created_at) WHERE (state <> 'PENDING'::text)
CREATE UNIQUE INDEX webhook_deliveries_once ON public.webhook_deliveries USING btree (endpoint_id, job_id, type) WHERE (job_id IS NOT NULL)
CREATE UNIQUE INDEX webhook_deliveries_pkey ON public.webhook_deliveries USING btree (id)
CREATE INDEX webhook_deliveries_test ON public.webhook_deliveries USING btree (next_at) WHERE ((state = 'PENDING'::text) AND (type = 'webhook.test'::text))
CREATE INDEX webhook_deliveries_waiting ON public.webhook_deliveries USING btree (endpoint_id, next_at) WHERE ((state = 'PENDING'::text) AND (type <> 'webhook.test'::text))
CREATE TRIGGER webhook_deliveries_body BEFORE UPDATE OF payload ON public.webhook_deliveries FOR EACH ROW EXECUTE FUNCTION webhook_deliveries_body()
CREATE TRIGGER webhook_deliveries_fixed BEFORE UPDATE OF id, endpoint_id, message_id, type, job_id, budget_id, created_at ON public.webhook_deliveries FOR EACH ROW EXECUTE FUNCTION refuse('what is told, and to whom, stays')
CREATE TRIGGER webhook_deliveries_kept BEFORE DELETE ON public.webhook_deliveries FOR EACH ROW EXECUTE FUNCTION webhook_deliveries_kept()

webhook_endpoints
	id text COLLATE "C" NOT NULL
	owner text COLLATE "C" NOT NULL
	environment text COLLATE "C" NOT NULL
	all_users boolean NOT NULL
	url text COLLATE "C" NOT NULL
	description text COLLATE "C"
	event_types text COLLATE "C" NOT NULL
	enabled boolean NOT NULL
	disabled_reason text COLLATE "C"
	created_at bigint NOT NULL
	last_success_at bigint
	faults bigint NOT NULL
	failing_since bigint
	slow_until bigint
	secret bytea NOT NULL
	previous_secret bytea
	previous_secret_until bigint
	served_at bigint NOT NULL
	deleted_at bigint
	CONSTRAINT webhook_endpoints_deleted CHECK (((deleted_at IS NULL) OR (NOT enabled)))
	CONSTRAINT webhook_endpoints_environment CHECK ((environment = ANY (ARRAY['LIVE'::text, 'TEST'::text])))
	CONSTRAINT webhook_endpoints_faults CHECK (((faults >= 0) AND ((faults = 0) = (failing_since IS NULL))))
	CONSTRAINT webhook_endpoints_owner CHECK (((length(owner) >= 1) AND (length(owner) <= 255)))
	CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id)
	CONSTRAINT webhook_endpoints_previous CHECK (((previous_secret IS NULL) = (previous_secret_until IS NULL)))
	CONSTRAINT webhook_endpoints_reason CHECK (((disabled_reason IS NULL) OR (NOT enabled)))
	CONSTRAINT webhook_endpoints_secret CHECK (((length(secret) > 0) OR (deleted_at IS NOT NULL)))
	CONSTRAINT webhook_endpoints_types CHECK ((event_types <> ''::text))
	CONSTRAINT webhook_endpoints_url CHECK (((length(url) >= 1) AND (length(url) <= 2048)))
CREATE INDEX webhook_endpoints_by_owner ON public.webhook_endpoints USING btree (environment, owner, id) WHERE (deleted_at IS NULL)
CREATE INDEX webhook_endpoints_deleted ON public.webhook_endpoints USING btree (deleted_at) WHERE (deleted_at IS NOT NULL)
CREATE INDEX webhook_endpoints_list ON public.webhook_endpoints USING btree (environment, id) WHERE (deleted_at IS NULL)
CREATE INDEX webhook_endpoints_of_all ON public.webhook_endpoints USING btree (environment) WHERE (all_users AND (deleted_at IS NULL))
CREATE UNIQUE INDEX webhook_endpoints_pkey ON public.webhook_endpoints USING btree (id)
CREATE TRIGGER webhook_endpoints_fixed BEFORE UPDATE OF id, owner, environment, all_users, created_at ON public.webhook_endpoints FOR EACH ROW EXECUTE FUNCTION refuse('whose jobs an endpoint is told of stays')
CREATE TRIGGER webhook_endpoints_gone BEFORE UPDATE ON public.webhook_endpoints FOR EACH ROW WHEN ((old.deleted_at IS NOT NULL)) EXECUTE FUNCTION refuse('an endpoint is deleted for good')

CREATE OR REPLACE FUNCTION public.job_events_fixed()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
	IF (NEW."job_id", NEW."version", NEW."account_id", NEW."feed", NEW."status", NEW."occurred_at")
			IS DISTINCT FROM (OLD."job_id", OLD."version", OLD."account_id", OLD."feed", OLD."status", OLD."occurred_at")
		OR NOT EXISTS (SELECT 1 FROM "jobs" WHERE "id" = OLD."job_id" AND "deleted_at" IS NOT NULL)
	THEN
		RAISE EXCEPTION 'job_events_fixed: history is not rewritten, but for the words of a deleted job'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'job_events_fixed';
	END IF;
	RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.job_events_new()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
	IF NOT EXISTS (
			SELECT 1 FROM "jobs" JOIN "accounts" ON "accounts"."id" = "jobs"."account_id"
			WHERE "jobs"."id" = NEW."job_id" AND "jobs"."version" = NEW."version" AND "accounts"."id" = NEW."account_id"
				AND "accounts"."feed" = NEW."feed"
				AND NEW."status" = CASE "jobs"."state" WHEN 'SUBMITTING' THEN 'PENDING' ELSE "jobs"."state" END
		)
		OR (NEW."version" > 1 AND NOT EXISTS (
			SELECT 1 FROM "job_events" WHERE "job_id" = NEW."job_id" AND "version" = NEW."version" - 1
		))
		OR (NEW."feed" > 1 AND NOT EXISTS (
			SELECT 1 FROM "job_events" WHERE "account_id" = NEW."account_id" AND "feed" = NEW."feed" - 1
		))
		OR (NEW."status" = 'COMPLETED' AND NOT EXISTS (
			SELECT 1 FROM "ledger_entries" WHERE "job_id" = NEW."job_id"
		))
	THEN
		RAISE EXCEPTION 'job_events_new: an event tells its job''s newest state, with no gap before it and its price captured'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'job_events_new';
	END IF;
	RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.jobs_new()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
	IF NEW."state" <> 'PENDING' OR NEW."version" <> 1 OR NEW."copy_state" <> 'NONE' OR NEW."deleted_at" IS NOT NULL
		OR NOT EXISTS (SELECT 1 FROM "accounts" WHERE "id" = NEW."account_id" AND "jobs" = NEW."number")
		OR (NEW."number" > 1 AND NOT EXISTS (
			SELECT 1 FROM "jobs" WHERE "account_id" = NEW."account_id" AND "number" = NEW."number" - 1
		))
	THEN
		RAISE EXCEPTION 'jobs_new: a job begins PENDING, at version 1, without a video, as its account''s newest'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'jobs_new';
	END IF;
	RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.jobs_retry_of()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
	IF NOT EXISTS (
		SELECT 1 FROM "jobs"
		WHERE "id" = NEW."retry_of" AND "account_id" = NEW."account_id" AND "state" IN ('FAILED', 'CANCELED')
	)
	THEN
		RAISE EXCEPTION 'jobs_retry_of: what is tried again is a FAILED or CANCELED job of the same account'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'jobs_retry_of';
	END IF;
	RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.ledger_entries_new()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
	IF NOT EXISTS (
			SELECT 1 FROM "accounts"
			WHERE "id" = NEW."account_id" AND "environment" = NEW."environment" AND "ledger" = NEW."number"
				AND "balance" = NEW."balance_after"
		)
		OR NEW."balance_after" - NEW."credits" IS DISTINCT FROM (CASE NEW."number" WHEN 1 THEN 0 ELSE (
			SELECT "balance_after" FROM "ledger_entries" WHERE "account_id" = NEW."account_id" AND "number" = NEW."number" - 1
		) END)
	THEN
		RAISE EXCEPTION 'ledger_entries_new: an entry leads from the balance before it to the account''s'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_entries_new';
	END IF;
	RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.ledger_entries_price()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
	IF NOT EXISTS (
		SELECT 1 FROM "jobs"
		WHERE "id" = NEW."job_id" AND "account_id" = NEW."account_id" AND "state" = 'COMPLETED' AND "price_credits" = -NEW."credits"
	)
	THEN
		RAISE EXCEPTION 'ledger_entries_price: a COMPLETED job is captured, at its price'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_entries_price';
	END IF;
	RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.ledger_entries_refunded()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
	IF NOT EXISTS (
		SELECT 1 FROM "ledger_entries"
		WHERE "job_id" = NEW."job_id" AND "kind" = 'CAPTURE' AND "account_id" = NEW."account_id" AND "credits" = -NEW."credits"
	)
	THEN
		RAISE EXCEPTION 'ledger_entries_refunded: a refund gives back what its job captured, to the same account'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'ledger_entries_refunded';
	END IF;
	RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.refuse()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
	RAISE EXCEPTION '%: %', TG_NAME, TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME;
END
$function$;

CREATE OR REPLACE FUNCTION public.webhook_deliveries_body()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
	IF NOT EXISTS (SELECT 1 FROM "jobs" WHERE "id" = OLD."job_id" AND "deleted_at" IS NOT NULL) THEN
		RAISE EXCEPTION 'webhook_deliveries_body: a body stays until its job is deleted'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'webhook_deliveries_body';
	END IF;
	RETURN NEW;
END
$function$;

CREATE OR REPLACE FUNCTION public.webhook_deliveries_kept()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
BEGIN
	IF OLD."state" = 'PENDING' AND NOT EXISTS (SELECT 1 FROM "webhook_endpoints" WHERE "id" = OLD."endpoint_id" AND "deleted_at" IS NOT NULL) THEN
		RAISE EXCEPTION 'webhook_deliveries_kept: what waits is not dropped'
			USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'webhook_deliveries_kept';
	END IF;
	RETURN OLD;
END
$function$;
