import { type Directory, type DirectoryRequest, type DirectorySecret, query } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import type { Difference, Finding } from "../findings.ts";
import { plural } from "../format.ts";
import { claimProviders } from "./claims.ts";
import { unsettledSql } from "./sync.ts";

const DAY_MS = 86_400_000;
const OLD_DAYS = 365;
/** So many of the last requests are looked at. */
const LOOKED_AT = 50;

type OfTenant = Pick<Ctx, "tenant" | "now">;

/** Whether a tenant's directory still speaks with us, and is let in. Nothing where it has none. */
export async function checkDirectory({ tenant, now }: OfTenant): Promise<Finding[]> {
  const tenantId = tenant.id;
  const [directory, secrets, requests] = await query((db) =>
    Promise.all([
      db.directory.findUnique({ where: { tenantId } }),
      db.directorySecret.findMany({ where: { tenantId, revokedAt: null }, orderBy: { id: "asc" } }),
      db.directoryRequest.findMany({ where: { tenantId }, orderBy: { id: "desc" }, take: LOOKED_AT }),
    ]),
  );
  if (!directory) return [];
  const scim = secrets.length > 0 ? [...secretFindings(secrets, now), lastRequest(requests), refusals(requests)] : [];
  return [...scim, ...claimFindings(directory), ...(scim.length === 0 && !directory.claimProvider ? [nothing] : [])];
}

const nothing: Finding = {
  check: "Connection",
  state: "warning",
  words: "No SCIM secret holds, and no claim counts: nothing says who is in the directory's groups.",
  fix: "Make a secret for the directory, or choose the claim.",
};

function secretFindings(secrets: DirectorySecret[], now: Date): Finding[] {
  const days = Math.floor((now.getTime() - Math.min(...secrets.map(({ createdAt }) => createdAt.getTime()))) / DAY_MS);
  const check = "Secret";
  const words = `The oldest of ${plural(secrets.length, "secret")} was made ${plural(days, "day")} ago.`;
  if (days <= OLD_DAYS) return [{ check, state: "ok", words }];
  return [{ check, state: "warning", words, fix: "Make a new one, give it to the directory, then revoke this one." }];
}

function lastRequest([last]: DirectoryRequest[]): Finding {
  const check = "Requests";
  if (last) return { check, state: "ok", words: `The last one came on ${last.at.toISOString().slice(0, 16)} UTC.` };
  const fix = "Give the directory the address and the secret, and have it test the connection.";
  return { check, state: "warning", words: "The directory has not sent any request yet.", fix };
}

/** What a client asks for without knowing whether it is there is no failure. */
const isRefused = ({ method, status }: DirectoryRequest) => status >= 400 && !(method === "GET" && status === 404);

function refusals(requests: DirectoryRequest[]): Finding {
  const check = "Refusals";
  const refused = requests.filter(isRefused);
  const [last] = refused;
  if (!last)
    return { check, state: "ok", words: `None of the last ${plural(requests.length, "request")} was refused.` };
  const state = requests[0] === last ? "failed" : "warning";
  const words = `${refused.length} of the last ${plural(requests.length, "request")} refused. The latest: ${last.method} ${last.path}, ${last.status}: ${last.error}`;
  return {
    check,
    state,
    words,
    fix: "Mend at the directory what it says, and have it send the person or group again.",
  };
}

function claimFindings({ claimProvider, claim, claimSeenAt, claimSeen }: Directory): Finding[] {
  if (!claimProvider) return [];
  const check = "Claim at sign-in";
  if (!claimProviders().some(({ key }) => key === claimProvider)) {
    const words = `${claimProvider} is no way to sign in here any more: the claim ${claim} comes no longer.`;
    return [
      {
        check,
        state: "failed",
        words,
        fix: "Choose another provider, or have the instance's administrators set it up.",
      },
    ];
  }
  if (!claimSeenAt) {
    const words = `No member has signed in with ${claimProvider} since the claim ${claim} counts.`;
    return [{ check, state: "warning", words, fix: "Sign in with it once, as a member." }];
  }
  const values = claimSeen.length > 0 ? claimSeen.join(", ") : "none that a group follows";
  return [{ check, state: "ok", words: `Last seen on ${claimSeenAt.toISOString().slice(0, 16)} UTC: ${values}.` }];
}

/** What the directory has otherwise than we do: who waits for an account, who was not followed, which groups give nothing. */
export async function inventoryDirectory({ tenant }: OfTenant): Promise<Difference[]> {
  const tenantId = tenant.id;
  return query(async (db) => {
    const unsettled = await db.$queryRaw<{ id: string }[]>(unsettledSql(tenantId));
    const ids = new Set(unsettled.map(({ id }) => id));
    const off = { OR: [{ active: true, memberId: null }, { id: { in: [...ids] } }] };
    const users = await db.directoryUser.findMany({
      where: { tenantId, ...off },
      orderBy: { userName: "asc" },
      take: 1000,
    });
    const idle = await db.memberGroup.findMany({
      where: { tenantId, origin: { not: "hand" }, role: null, products: { none: {} } },
      orderBy: { name: "asc" },
    });
    return [
      ...users.map(({ id, userName, email }): Difference => {
        if (ids.has(id))
          return { kind: "user", key: userName, change: "different", words: "a sync makes their access follow" };
        const words = email
          ? `waits until ${email} has an account that has shown that it is its own`
          : "has no email address";
        return { kind: "user", key: userName, change: "new", words };
      }),
      ...idle.map(({ name }): Difference => {
        return { kind: "group", key: name, change: "new", words: "gives no product and no role yet" };
      }),
    ];
  });
}
