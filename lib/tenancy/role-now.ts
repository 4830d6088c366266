import type { Role } from "#lib/access/index.ts";
import type { Tx } from "#lib/db/index.ts";

interface RoleNow {
  /** Null for who is not of the team. */
  role: Role | null;
  /** Of the team, but without the second factor that it asks for: the role doesn't count. */
  owesSecondFactor: boolean;
}

/** What somebody is on a tenant's team now: for what goes on after they were let in. */
export async function roleNow(db: Tx, tenantId_userId: { tenantId: string; userId: string }): Promise<RoleNow> {
  const held = await db.tenantMembership.findUnique({
    where: { tenantId_userId },
    select: {
      role: true,
      tenant: { select: { secondFactorRequired: true } },
      user: { select: { totpEnabledAt: true, _count: { select: { passkeys: true } } } },
    },
  });
  if (!held) return { role: null, owesSecondFactor: false };
  const { role, tenant, user } = held;
  const hasFactor = user.totpEnabledAt !== null || user._count.passkeys > 0;
  return { role, owesSecondFactor: tenant.secondFactorRequired && !hasFactor };
}
