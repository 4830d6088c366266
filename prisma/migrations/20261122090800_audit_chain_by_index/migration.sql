-- The last entry of a tenant's log is found by the index. "IS NOT DISTINCT FROM" knows none: every entry read all the log.
-- Where a tenant's entries are thought to be few, sorting them would seem as cheap; that plan would be kept when they are many.
CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql SET enable_sort = off SET enable_seqscan = off AS $$
DECLARE
  last RECORD;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('audit:' || coalesce(NEW.tenant_id::text, ''), 0));
  IF NEW.tenant_id IS NULL THEN
    SELECT seq, hash INTO last FROM audit_events WHERE tenant_id IS NULL ORDER BY seq DESC LIMIT 1;
  ELSE
    SELECT seq, hash INTO last FROM audit_events WHERE tenant_id = NEW.tenant_id ORDER BY seq DESC LIMIT 1;
  END IF;
  NEW.seq := coalesce(last.seq, 0) + 1;
  NEW.prev_hash := coalesce(last.hash, '');
  NEW.hash := audit_hash(NEW);
  RETURN NEW;
END $$;
