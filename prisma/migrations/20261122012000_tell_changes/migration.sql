-- Tells every process of a change in what a decision reads, so that it forgets what it kept (lib/db/watch.ts). A notification
-- goes out when its transaction commits. Told is the key of what changed, `<kind>:<id>`, and never what it is now.
-- What is not there yet is not kept by anybody: only rows whose absence may be known (a product, a member) tell of their making.

-- Arguments: the kind, then the columns that make the key.
CREATE FUNCTION tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
  new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  old_key text := TG_ARGV[0];
  new_key text := TG_ARGV[0];
BEGIN
  FOR n IN 1 .. TG_NARGS - 1 LOOP
    old_key := old_key || ':' || (old_row ->> TG_ARGV[n]);
    new_key := new_key || ':' || (new_row ->> TG_ARGV[n]);
  END LOOP;
  IF old_key IS NOT NULL THEN PERFORM pg_notify('purser_changes', old_key); END IF;
  IF new_key IS NOT NULL THEN PERFORM pg_notify('purser_changes', new_key); END IF;
  RETURN NULL;
END $$;

-- Where: the tenant, its products, its repositories.
CREATE TRIGGER tenants_tell AFTER UPDATE ON tenants FOR EACH ROW
  WHEN ((OLD.slug, OLD.name, OLD.grace_days, OLD.endless_tokens, OLD.archived_at, OLD.deleted_at)
    IS DISTINCT FROM (NEW.slug, NEW.name, NEW.grace_days, NEW.endless_tokens, NEW.archived_at, NEW.deleted_at))
  EXECUTE FUNCTION tell_change('tenant', 'id');
CREATE TRIGGER products_tell AFTER INSERT OR UPDATE OR DELETE ON products FOR EACH ROW
  EXECUTE FUNCTION tell_change('tenant', 'tenant_id');
CREATE TRIGGER repositories_tell AFTER INSERT OR UPDATE OF id, tenant_id, product_id, name OR DELETE ON repositories FOR EACH ROW
  EXECUTE FUNCTION tell_change('tenant', 'tenant_id');

-- Who: the token, the user, the places that the user has, what was paid and granted.
CREATE TRIGGER access_tokens_tell AFTER UPDATE ON access_tokens FOR EACH ROW
  WHEN ((OLD.name, OLD.tenant_id, OLD.user_id, OLD.scopes, OLD.product_ids, OLD.expires_at, OLD.revoked_at, OLD.secret_hash,
      OLD.previous_secret_hash, OLD.previous_expires_at)
    IS DISTINCT FROM (NEW.name, NEW.tenant_id, NEW.user_id, NEW.scopes, NEW.product_ids, NEW.expires_at, NEW.revoked_at,
      NEW.secret_hash, NEW.previous_secret_hash, NEW.previous_expires_at))
  EXECUTE FUNCTION tell_change('token', 'id');
CREATE TRIGGER access_tokens_tell_end AFTER DELETE ON access_tokens FOR EACH ROW EXECUTE FUNCTION tell_change('token', 'id');
CREATE TRIGGER users_tell AFTER UPDATE ON users FOR EACH ROW
  WHEN ((OLD.email, OLD.session_version) IS DISTINCT FROM (NEW.email, NEW.session_version))
  EXECUTE FUNCTION tell_change('user', 'id');
CREATE TRIGGER users_tell_end AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION tell_change('user', 'id');
CREATE TRIGGER tenant_memberships_tell AFTER INSERT OR UPDATE OR DELETE ON tenant_memberships FOR EACH ROW
  EXECUTE FUNCTION tell_change('user', 'user_id');
CREATE TRIGGER members_tell AFTER INSERT OR UPDATE OR DELETE ON members FOR EACH ROW
  EXECUTE FUNCTION tell_change('user', 'user_id');
CREATE TRIGGER subscriptions_tell AFTER INSERT OR UPDATE OR DELETE ON subscriptions FOR EACH ROW
  EXECUTE FUNCTION tell_change('member', 'member_id');
CREATE TRIGGER entitlements_tell AFTER INSERT OR UPDATE OR DELETE ON entitlements FOR EACH ROW
  EXECUTE FUNCTION tell_change('member', 'member_id');

-- What: tags, manifests and blobs.
CREATE TRIGGER tags_tell AFTER UPDATE OF repository_id, name, digest OR DELETE ON tags FOR EACH ROW
  EXECUTE FUNCTION tell_change('tag', 'repository_id', 'name');
CREATE TRIGGER repository_blobs_tell AFTER DELETE ON repository_blobs FOR EACH ROW
  EXECUTE FUNCTION tell_change('blob', 'repository_id', 'digest');
CREATE TRIGGER manifest_references_tell AFTER DELETE ON manifest_references FOR EACH ROW
  EXECUTE FUNCTION tell_change('blob', 'repository_id', 'digest');
CREATE TRIGGER blobs_tell AFTER UPDATE ON blobs FOR EACH ROW
  WHEN ((OLD.state, OLD.storage_key, OLD.size) IS DISTINCT FROM (NEW.state, NEW.storage_key, NEW.size))
  EXECUTE FUNCTION tell_change('bytes', 'digest');
CREATE TRIGGER blobs_tell_end AFTER DELETE ON blobs FOR EACH ROW EXECUTE FUNCTION tell_change('bytes', 'digest');

-- A manifest's row holds its bytes: not to be turned to JSON.
CREATE FUNCTION tell_manifest() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('purser_changes', 'manifest:' || OLD.repository_id || ':' || OLD.digest);
  RETURN NULL;
END $$;
CREATE TRIGGER manifests_tell AFTER DELETE OR UPDATE OF digest, media_type, bytes ON manifests FOR EACH ROW
  EXECUTE FUNCTION tell_manifest();
