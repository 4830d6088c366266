import { type Sql, sql } from "#lib/db/index.ts";

/**
 * The rules of lib/access/standing.ts as SQL, for questions about all members of a tenant at once. A test holds both to the
 * same answers (access-sql.db.test.ts).
 */
export interface AsOf {
  now: Date;
  graceDays: number;
}

/** Whether the member `m` is in good standing: not suspended, and with a membership that holds. */
export function inGoodStandingSql({ now, graceDays }: AsOf): Sql {
  // In hours: a day of an interval may have 23 or 25 of them, by the session's time zone.
  return sql`(m.suspended_at IS NULL AND EXISTS (SELECT FROM subscriptions s WHERE s.member_id = m.id
    AND (s.ended_at IS NULL OR s.ended_at > ${now})
    AND (s.kind <> 'stripe' OR s.status IN ('active', 'trialing') OR (s.status = 'past_due'
      AND s.past_due_since + make_interval(hours => ${graceDays * 24}::int) > ${now}))))`;
}

/** Whether the grant `e` holds now. */
export function activeSql({ now }: Pick<AsOf, "now">): Sql {
  return sql`(e.revoked_at IS NULL AND (e.starts_at IS NULL OR e.starts_at <= ${now})
    AND (e.expires_at IS NULL OR e.expires_at > ${now}))`;
}

/** Whether a grant of the product holds now for the member `m`. */
export function holdsSql(productId: string, asOf: Pick<AsOf, "now">): Sql {
  return sql`EXISTS (SELECT FROM entitlements e
    WHERE e.member_id = m.id AND e.product_id = ${productId}::uuid AND ${activeSql(asOf)})`;
}

/**
 * Whether a person's last word about the member `m` and the product was to take it away. A row that expired on its own, that
 * Stripe ended, that a group's change ended or that another took the place of is nobody's decision against them.
 */
export function revokedByHandSql(productId: string): Sql {
  return sql`EXISTS (SELECT FROM entitlements e
    WHERE e.member_id = m.id AND e.product_id = ${productId}::uuid AND e.source <> 'group' AND NOT e.replaced
      AND e.revoked_by ~ '^(user|token):'
      AND NOT EXISTS (SELECT FROM entitlements later WHERE later.member_id = m.id AND later.product_id = e.product_id
        AND later.source = 'admin' AND later.granted_at >= e.revoked_at AND later.id <> e.id))`;
}
