/** The questions of a picture. Columns are named as its entries are; dates come as ISO 8601 in UTC. $1 is the tenant. */

const at = (column: string) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export const TENANT = `SELECT grace_days AS "graceDays", endless_tokens AS "endlessTokens" FROM tenants WHERE id = $1`;

export const AUDIT = `
  SELECT seq::int AS rows, hash FROM audit_events WHERE tenant_id = $1 ORDER BY seq DESC LIMIT 1`;

export const TEAM = `
  SELECT u.email, tm.role::text, ${at("tm.created_at")} AS since, u.totp_enabled_at IS NOT NULL AS "secondFactor",
    (SELECT count(*)::int FROM passkeys p WHERE p.user_id = u.id) AS passkeys,
    (SELECT ${at("max(s.last_seen_at)")} FROM sessions s WHERE s.user_id = u.id) AS "lastSeenAt"
  FROM tenant_memberships tm JOIN users u ON u.id = tm.user_id WHERE tm.tenant_id = $1 ORDER BY u.email`;

export const MEMBERS = `
  SELECT m.id, u.email, m.suspended_at AS "suspendedAt",
    coalesce((SELECT json_agg(json_build_object('kind', s.kind, 'status', s.status, 'pastDueSince', s.past_due_since,
      'endedAt', s.ended_at) ORDER BY s.id) FROM subscriptions s WHERE s.member_id = m.id), '[]') AS subscriptions
  FROM members m JOIN users u ON u.id = m.user_id WHERE m.tenant_id = $1 ORDER BY u.email`;

export const PRODUCTS = `
  SELECT slug, name, requires_entitlement AS restricted, visibility = 'hidden' AS hidden, archived_at IS NOT NULL AS archived
  FROM products WHERE tenant_id = $1 ORDER BY slug`;

export const GRANTS = `
  SELECT e.member_id AS "memberId", u.email, p.slug AS product, e.source::text, coalesce(e.source_ref, '') AS reference,
    coalesce(e.reason, '') AS reason, e.granted_by AS "grantedBy", ${at("e.granted_at")} AS "grantedAt",
    ${at("e.expires_at")} AS "expiresAt"
  FROM entitlements e JOIN members m ON m.id = e.member_id JOIN users u ON u.id = m.user_id
    JOIN products p ON p.id = e.product_id
  WHERE e.tenant_id = $1 AND e.revoked_at IS NULL AND (e.starts_at IS NULL OR e.starts_at <= $2::timestamptz)
    AND (e.expires_at IS NULL OR e.expires_at > $2::timestamptz)
  ORDER BY u.email, p.slug, e.id`;

export const GROUPS = `
  SELECT g.name, g.origin::text, g.role::text,
    coalesce((SELECT json_agg(p.slug ORDER BY p.slug) FROM group_products gp JOIN products p ON p.id = gp.product_id
      WHERE gp.group_id = g.id), '[]') AS products,
    (SELECT count(*)::int FROM group_members gm WHERE gm.group_id = g.id) AS members
  FROM member_groups g WHERE g.tenant_id = $1 ORDER BY g.name`;

// Robots of the tenant, and what its team's people made for themselves.
export const TOKENS = `
  SELECT t.kind::text, t.name, u.email AS owner, to_json(t.scopes) AS scopes, ${at("t.created_at")} AS "createdAt",
    ${at("t.expires_at")} AS "expiresAt", ${at("t.last_used_at")} AS "lastUsedAt",
    floor(extract(epoch FROM $2::timestamptz - coalesce(t.rotated_at, t.created_at)) / 86400)::int AS "ageDays"
  FROM access_tokens t LEFT JOIN users u ON u.id = t.user_id
  WHERE t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2::timestamptz) AND (t.tenant_id = $1
    OR t.tenant_id IS NULL AND t.user_id IN (SELECT user_id FROM tenant_memberships WHERE tenant_id = $1))
  ORDER BY t.kind, u.email, t.id`;

export const TAGS = `
  SELECT r.id AS "repositoryId", r.name AS repository, t.name AS tag, t.digest,
    EXISTS (SELECT FROM manifests s WHERE s.repository_id = t.repository_id AND s.subject_digest = t.digest
      AND concat(s.artifact_type, s.media_type) ~* 'sig(nature|store)|cosign|notary') AS signed,
    EXISTS (SELECT FROM recalled_images i JOIN recalls c ON c.id = i.recall_id
      WHERE i.repository_id = t.repository_id AND i.digest = t.digest AND c.lifted_at IS NULL) AS recalled
  FROM tags t JOIN repositories r ON r.id = t.repository_id WHERE t.tenant_id = $1 ORDER BY r.name, t.name`;

export const RECALLS = `
  SELECT p.slug AS product, c.label AS what, c.reason, ${at("c.recalled_at")} AS "recalledAt"
  FROM recalls c JOIN products p ON p.id = c.product_id
  WHERE c.tenant_id = $1 AND c.lifted_at IS NULL ORDER BY c.id`;

export const TAG_RULES = `
  SELECT p.slug AS product, to_json(r.immutable_patterns) AS immutable, r.retention_enabled AS retention
  FROM tag_rules r JOIN products p ON p.id = r.product_id WHERE r.tenant_id = $1 ORDER BY p.slug`;

export const POLICIES = `
  SELECT p.kind::text, p.name, v.number AS version, ${at("v.activated_at")} AS "activatedAt",
    v.activated_by AS "activatedBy", v.document
  FROM policy_versions v JOIN policies p ON p.id = v.policy_id
  WHERE v.tenant_id = $1 AND v.state = 'active' ORDER BY p.kind, p.name`;
