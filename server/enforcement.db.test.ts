import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "#lib/db/index.ts";
import { grantEntitlement, listProductAccess, revokeEntitlement } from "#lib/entitlements/index.ts";
import {
  type Fixture,
  freshTenant,
  newUser,
  type Pushed,
  personalToken,
  publishAsset,
  pushImage,
  robotToken,
  type TestAsset,
} from "#lib/testing/index.ts";
import { callApi } from "./api.contract.ts";
import { COLUMNS, type Column, EXPECTED, LOGGED, ROLES, type Who } from "./enforcement.contract.ts";
import { listenDataPlane, type RawAnswer, rawRequest } from "./listen-for-test.ts";

const DAY = 86_400_000;
const ago = (days: number) => new Date(Date.now() - days * DAY);

interface Membership {
  subscription?: object;
  grant?: object | "revoked";
  suspended?: true;
}

const MEMBERS = {
  "member without a grant": {},
  "member with a grant": { grant: {} },
  "member with an expired grant": { grant: { expiresAt: ago(1) } },
  "member with a revoked grant": { grant: "revoked" },
  "member whose grant is still to begin": { grant: { startsAt: ago(-1) } },
  "lapsed member": { subscription: { status: "canceled", endedAt: ago(1) }, grant: {} },
  "member past due in grace": { subscription: { status: "past_due", pastDueSince: ago(3) }, grant: {} },
  "member past due out of grace": { subscription: { status: "past_due", pastDueSince: ago(8) }, grant: {} },
  "lifetime member": { subscription: { kind: "lifetime", status: null } },
  "lifetime member with a grant": { subscription: { kind: "lifetime", status: null }, grant: {} },
  "suspended member": { suspended: true, grant: {} },
} as const satisfies Partial<Record<Who, Membership>>;

interface Caller {
  secret: string | null;
  email: string;
  role: (typeof ROLES)[number] | null;
  memberId: string | null;
}

interface Shop {
  t: Fixture;
  image: Pushed;
  file: TestAsset;
  /** A robot that asks about others. */
  asker: string;
}

let plane: Awaited<ReturnType<typeof listenDataPlane>>;
const shops = {} as Record<"open" | "restricted", Shop>;

beforeAll(async () => {
  plane = await listenDataPlane();
  for (const kind of ["open", "restricted"] as const) {
    const t = await freshTenant({ product: { requiresEntitlement: kind === "restricted" }, graceDays: 7 });
    const image = await pushImage(t.ctx, t.repository, ["1.0"]);
    const file = await publishAsset(t, { product: t.product, release: { channel: "stable" } });
    shops[kind] = { t, image, file, asker: (await robotToken(t.ctx, ["entitlement.view"])).secret };
  }
});
afterAll(() => plane.close());

/** Somebody made for one cell: what the log has of an earlier one's refusals says nothing of theirs. */
async function make(t: Fixture, who: Who): Promise<Caller> {
  if (who === "anonymous") return { secret: null, email: "nobody@example.com", role: null, memberId: null };
  const role = ROLES.find((each) => each === who) ?? null;
  if (role) return { ...(await withToken(t.users[role])), role, memberId: null };
  if (!(who in MEMBERS)) return { ...(await withToken(await newUser())), role: null, memberId: null };
  const { subscription = {}, grant, suspended }: Membership = MEMBERS[who as keyof typeof MEMBERS];
  const member = await t.addMember(subscription);
  const ids = { memberId: member.id, productId: t.product.id };
  if (grant === "revoked") {
    const { grant: row } = await grantEntitlement(t.ctx, ids);
    await revokeEntitlement(t.ctx, { entitlementId: row.id });
  } else if (grant) {
    const given = { ...ids, tenantId: t.tenant.id, source: "stripe", sourceRef: "sub_1", grantedBy: "stripe" } as const;
    await db().entitlement.create({ data: { ...given, ...grant } });
  }
  if (suspended) await db().member.update({ where: { id: member.id }, data: { suspendedAt: ago(1) } });
  return { ...(await withToken({ id: member.userId, email: member.email })), role: null, memberId: member.id };
}

async function withToken(user: { id: string; email: string }) {
  return { secret: (await personalToken(user)).secret, email: user.email };
}

const ASK: Record<Column, (shop: Shop, caller: Caller) => Promise<string>> = {
  token: async ({ t }, { secret }) => {
    const basic = secret && `Basic ${Buffer.from(`token:${secret}`).toString("base64")}`;
    const path = `/auth/token?scope=repository:${t.repository.name}:pull`;
    const answer = await raw(path, basic ? { authorization: basic } : {});
    const claims = Buffer.from(JSON.parse(answer.body.toString()).token.split(".")[1], "base64url").toString();
    const actions = JSON.parse(claims).access[0].actions.join(",");
    return `${actions || "no action"}${warned(answer)}`;
  },
  manifest: async ({ t }, { secret }) => pulled(await raw(`/v2/${t.repository.name}/manifests/1.0`, bearer(secret))),
  blob: async ({ t, image }, { secret }) =>
    pulled(await raw(`/v2/${t.repository.name}/blobs/${image.layer}`, bearer(secret))),
  list: ({ t, file }, { secret }) => listed(`/v1/downloads?tenant=${t.tenant.slug}`, file, secret),
  "product list": ({ t, file }, { secret }) =>
    listed(`/v1/products/${t.product.slug}/downloads?tenant=${t.tenant.slug}`, file, secret),
  download: async ({ file }, { secret }) => {
    const answer = await callApi(plane.port, ["GET", `/v1/downloads/${file.id}`], { headers: bearer(secret) });
    if (answer.status === 200) expect(answer.body.equals(file.bytes)).toBe(true);
    return answer.status === 403 ? `403 ${answer.json.reason}` : `${answer.status}${warned(answer)}`;
  },
  link: async ({ file }, { secret }) => {
    const call = { headers: bearer(secret), body: {} };
    const { status, json } = await callApi(plane.port, ["POST", `/v1/downloads/${file.id}/link`], call);
    if (status !== 200) return told({ status, json });
    const answer = await raw(new URL(json.url).pathname, {});
    expect(answer.body.equals(file.bytes)).toBe(true);
    return `${answer.status}${warned(answer)}`;
  },
  latest: async ({ t }, { secret }) => told(await askProduct(t, "latest/linux-amd64", secret)),
  updates: async ({ t }, { secret }) => told(await askProduct(t, "updates", secret)),
  portal: async ({ t }, { role, memberId }) => {
    const shown = await listProductAccess(t.as(role), { role, memberId });
    const decision = shown.find(({ product }) => product.id === t.product.id)?.decision;
    if (!decision) return "hidden";
    return decision.allowed ? `allowed${decision.warning ? " warned" : ""}` : `denied ${decision.reason}`;
  },
  question: async ({ t, asker }, { email }) => {
    const path = `/v1/access?member=${encodeURIComponent(email)}&product=${t.product.slug}`;
    const { status, json } = await callApi(plane.port, ["GET", path], { secret: asker });
    if (status !== 200) return String(status);
    return json.allowed ? `allowed${json.warning ? " warned" : ""}` : `denied ${json.reason}`;
  },
};

const askProduct = ({ tenant, product }: Fixture, rest: string, secret: string | null) =>
  callApi(plane.port, ["GET", `/v1/products/${product.slug}/${rest}?tenant=${tenant.slug}`], {
    headers: bearer(secret),
  });
const told = ({ status, json }: { status: number; json: { reason?: string } }) =>
  status === 403 ? `403 ${json.reason}` : String(status);
const raw = (path: string, headers: Record<string, string>) => rawRequest(plane.port, { path, headers });
const bearer = (secret: string | null): Record<string, string> => (secret ? { authorization: `Bearer ${secret}` } : {});
const GRACE_WARNING = /^299 - "membership past due, access ends \d{4}-\d\d-\d\d"$/;
const warned = ({ headers }: RawAnswer) => (GRACE_WARNING.test(headers.warning ?? "") ? " warned" : "");

function pulled(answer: RawAnswer): string {
  if (answer.status === 403) {
    const [{ code, detail }] = JSON.parse(answer.body.toString()).errors;
    expect(code).toBe("DENIED");
    // The rule that decided and the fact behind it.
    expect(detail.why).toMatch(/^(suspended|standing|entitlement): \S/);
    return `403 ${detail.reason}`;
  }
  return `${answer.status}${warned(answer)}`;
}

async function listed(path: string, file: TestAsset, secret: string | null): Promise<string> {
  const { status, json } = await callApi(plane.port, ["GET", path], { headers: bearer(secret) });
  if (status !== 200) return String(status);
  return json.downloads.some(({ id }: { id: string }) => id === file.id) ? "listed" : "absent";
}

async function logOf({ t }: Shop, after: bigint) {
  const rows = await db().auditEvent.findMany({ where: { tenantId: t.tenant.id, seq: { gt: after } } });
  return rows.map(({ action, outcome, reason }) => `${action} ${outcome} ${reason}`);
}

async function lastSeq({ t }: Shop): Promise<bigint> {
  return (await t.lastAudit())?.seq ?? 0n;
}

describe.each(["open", "restricted"] as const)("a product that is %s", (kind) => {
  const cells = Object.entries(EXPECTED[kind]).flatMap(([who, row]) =>
    COLUMNS.map((column, index) => ({ who: who as Who, column, right: row[index] ?? "" })),
  );

  it.each(cells)("$who, $column: $right", async ({ who, column, right }) => {
    const shop = shops[kind];
    const caller = await make(shop.t, who);
    const before = await lastSeq(shop);
    expect(await ASK[column](shop, caller)).toBe(right);
    const action = LOGGED[column];
    const refusal = right.startsWith("403 ") && action ? [`${action} denied ${right.slice(4)}`] : [];
    expect(await logOf(shop, before)).toEqual(refusal);
  });
});

describe("a refusal that is repeated", () => {
  it("is in the log once a minute for a caller, however often and in however many ways it is asked", async () => {
    const shop = shops.restricted;
    const [one, other] = [await make(shop.t, "member without a grant"), await make(shop.t, "member without a grant")];
    const before = await lastSeq(shop);
    const began = new Date().getMinutes();
    for (const caller of [one, one, one, other]) {
      expect(await ASK.manifest(shop, caller)).toBe("403 not_entitled");
      expect(await ASK.blob(shop, caller)).toBe("403 not_entitled");
    }
    const minutes = new Date().getMinutes() === began ? 1 : 2;
    const count = (await logOf(shop, before)).length;
    expect([2, 2 * minutes, 2 * minutes - 1]).toContain(count);
  });
});
