-- What the schema file can't say, and the database must hold all the same.

-- One spelling of an address, so that it is unique without regard to case.
ALTER TABLE "users" ADD CONSTRAINT "users_email_lower_case" CHECK ("email" = lower("email"));

-- The ledger: one row that nobody ended per (member, product, source, reference).
CREATE UNIQUE INDEX "entitlements_one_active" ON "entitlements" ("member_id", "product_id", "source", "source_ref")
  WHERE "revoked_at" IS NULL;

-- A token belongs to a user (personal) or to a tenant (robot), never to both or neither.
ALTER TABLE "access_tokens" ADD CONSTRAINT "access_tokens_one_owner" CHECK (
  ("kind" = 'personal' AND "user_id" IS NOT NULL AND "tenant_id" IS NULL) OR
  ("kind" = 'robot' AND "tenant_id" IS NOT NULL AND "user_id" IS NULL)
);

-- Names of things that the world refers to: never re-written in place.
ALTER TABLE "tenants" ADD CONSTRAINT "tenants_slug_form" CHECK ("slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length("slug") <= 63);
ALTER TABLE "products" ADD CONSTRAINT "products_slug_form" CHECK ("slug" ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length("slug") <= 63);
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_offset_form" CHECK ("offset" >= 0);

-- The audit log: each row is numbered and chained to the one before it in its tenant, then never touched again.
CREATE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last RECORD;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit:' || coalesce(NEW.tenant_id::text, ''), 0));
  SELECT seq, hash INTO last FROM audit_events
    WHERE tenant_id IS NOT DISTINCT FROM NEW.tenant_id ORDER BY seq DESC LIMIT 1;
  NEW.seq := coalesce(last.seq, 0) + 1;
  NEW.prev_hash := coalesce(last.hash, '');
  NEW.hash := audit_hash(NEW);
  RETURN NEW;
END $$;

-- SHA-256, in hex, over the row's content as JSON and the hash before it.
CREATE FUNCTION audit_hash(event audit_events) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(jsonb_build_array(
    event.prev_hash, event.id, event.tenant_id, event.seq,
    (extract(epoch FROM event.at) * 1000)::bigint, event.actor, event.actor_label, event.action, event.outcome,
    event.subject_type, event.subject_id, event.subject_label, event.reason, event.before, event.after, event.request_id
  )::text, 'UTF8')), 'hex')
$$;

CREATE TRIGGER audit_events_chain BEFORE INSERT ON "audit_events" FOR EACH ROW EXECUTE FUNCTION audit_chain();

CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER audit_events_append_only BEFORE UPDATE OR DELETE ON "audit_events"
  FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_events_no_truncate BEFORE TRUNCATE ON "audit_events"
  FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

-- Events without a tenant are few, but a unique index takes nulls for different: the chain needs them numbered once too.
CREATE UNIQUE INDEX "audit_events_instance_seq" ON "audit_events" ("seq") WHERE "tenant_id" IS NULL;

-- Ledger rows end; they are never deleted.
CREATE FUNCTION entitlements_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of the entitlement ledger are ended, never deleted' USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE TRIGGER entitlements_keep BEFORE DELETE ON "entitlements" FOR EACH ROW EXECUTE FUNCTION entitlements_keep();

-- Pull events by month. The default partition takes what no month was made for.
CREATE TABLE "pull_events_default" PARTITION OF "pull_events" DEFAULT;

CREATE FUNCTION ensure_pull_month(month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first date := date_trunc('month', month)::date;
  name text := 'pull_events_' || to_char(first, 'YYYY_MM');
BEGIN
  IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended('pull_events', 0));
  EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF pull_events FOR VALUES FROM (%L) TO (%L)',
    name, first::timestamp AT TIME ZONE 'UTC', (first + interval '1 month') AT TIME ZONE 'UTC');
END $$;
