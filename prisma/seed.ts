import { randomBytes } from "node:crypto";
import type { Actor, Role } from "#lib/access/index.ts";
import { createProduct, type ProductRow } from "#lib/catalog/index.ts";
import type { Ctx } from "#lib/context.ts";
import { db } from "#lib/db/index.ts";
import { grantEntitlement } from "#lib/entitlements/index.ts";
import { createPersonalToken, createRobotToken, createUser } from "#lib/identity/index.ts";
import { addComplimentaryMember, addToTeam, createTenant, updateTenant } from "#lib/tenancy/index.ts";
import { pushDemoImages, seedTagRules } from "./seed-images.ts";
import { seedReleases } from "./seed-releases.ts";
import { type DemoShop, seedShop } from "./seed-shop.ts";
import { seedUse } from "./seed-use.ts";

interface Person {
  email: string;
  password: string;
}

/** What DATA_DIR/demo.json holds: everything that a person or a script needs to try the demo. */
export interface Demo {
  url: string;
  tenant: string;
  people: Record<Role | "stranger" | "admin", Person> & Record<"entitled" | "unentitled", Person & { token: string }>;
  robot: { name: string; token: string };
  images: { open: string; restricted: string };
  /** Where the stand-in for Stripe is, which plays the bank and the rest of the world; null without one. */
  stripe: string | null;
}

const TENANT = "acme";
const SYSTEM = { actor: { type: "system" } as const, requestId: "seed" };

/**
 * Fills an empty database with a vendor, a team, two members, an open and a restricted image, and what is sold where there
 * is a shop to open. Null where it is not empty.
 */
export async function seedDemo(url: string, openShop?: () => Promise<DemoShop>): Promise<Demo | null> {
  if ((await db().tenant.count()) > 0) return null;
  const owner = await person("owner");
  const tenant = await createTenant(SYSTEM, { slug: TENANT, name: "Acme Software", ownerId: owner.id });
  const ctx: Ctx = { tenant, actor: { type: "user", ...owner, role: "owner" }, requestId: "seed", now: new Date() };
  await updateTenant(ctx, { name: tenant.name, graceDays: 7, storefrontEnabled: true, endlessTokens: false });
  const team = await seedTeam(ctx);
  const products = await seedProducts(ctx);
  const shop = (await openShop?.()) ?? null;
  if (shop) await seedShop(ctx, shop, products.restricted);
  const members = await seedMembers(ctx, products.restricted);
  const robot = await seedRobot(ctx);
  for (const product of [products.open, products.restricted]) {
    await pushDemoImages({ ...ctx, actor: robot.actor }, product);
    await seedReleases(ctx, product);
  }
  await seedTagRules(ctx, products.open);
  await seedUse(ctx, products.open, { members: [members.ids.entitled, members.ids.unentitled], robotId: robot.id });
  await seedUse(ctx, products.restricted, { members: [members.ids.entitled], robotId: robot.id });
  return {
    url,
    tenant: TENANT,
    people: {
      owner: signInOf(owner),
      ...team,
      stranger: signInOf(await person("stranger")),
      admin: await seedAdmin(),
      entitled: members.entitled,
      unentitled: members.unentitled,
    },
    robot: { name: robot.name, token: robot.secret },
    images: { open: `${TENANT}/${products.open.slug}:1.0`, restricted: `${TENANT}/${products.restricted.slug}:1.0` },
    stripe: shop?.url ?? null,
  };
}

/** The instance's admin: registers tenants, belongs to none. */
async function seedAdmin(): Promise<Person> {
  const admin = await person("admin");
  await db().user.update({ where: { id: admin.id }, data: { isInstanceAdmin: true }, select: { id: true } });
  return signInOf(admin);
}

async function seedTeam(ctx: Ctx) {
  const join = async (role: "manager" | "operator" | "readonly") => {
    const somebody = await person(role);
    await addToTeam(ctx, { userId: somebody.id, role });
    return signInOf(somebody);
  };
  return { manager: await join("manager"), operator: await join("operator"), readonly: await join("readonly") };
}

async function seedProducts(ctx: Ctx): Promise<{ open: ProductRow; restricted: ProductRow }> {
  const open = await createProduct(ctx, {
    slug: "agent",
    name: "Acme Agent",
    description: "Collects metrics from every host. Part of the membership.",
  });
  const restricted = await createProduct(ctx, {
    slug: "enterprise",
    name: "Acme Enterprise",
    description: "Single sign-on, audit export and priority support. Sold as an add-on.",
    requiresEntitlement: true,
  });
  return { open, restricted };
}

async function seedMembers(ctx: Ctx, restricted: ProductRow) {
  const join = async (name: string) => {
    const somebody = await person(name);
    const member = await addComplimentaryMember(ctx, { userId: somebody.id, kind: "lifetime" });
    return { memberId: member.id, demo: { ...signInOf(somebody), token: await personalToken(somebody) } };
  };
  const entitled = await join("entitled");
  const unentitled = await join("unentitled");
  const reason = "bought the add-on";
  await grantEntitlement(ctx, { memberId: entitled.memberId, productId: restricted.id, reason });
  const ids = { entitled: entitled.memberId, unentitled: unentitled.memberId };
  return { entitled: entitled.demo, unentitled: unentitled.demo, ids };
}

function signInOf({ email, password }: Person): Person {
  return { email, password };
}

async function person(name: string): Promise<Person & { id: string }> {
  const password = randomBytes(9).toString("base64url");
  const email = `${name}@acme.example`;
  const { id } = await createUser({ email, name: name[0]?.toUpperCase() + name.slice(1), password });
  return { id, email, password };
}

async function personalToken({ id, email }: { id: string; email: string }): Promise<string> {
  const user = { type: "user", id, email, role: null } as const;
  const ctx = { actor: user, requestId: SYSTEM.requestId, now: new Date() };
  return (await createPersonalToken(ctx, { name: "demo", expiresInDays: 365 })).secret;
}

async function seedRobot(ctx: Ctx): Promise<{ id: string; name: string; secret: string; actor: Actor }> {
  const scopes = ["registry.pull" as const, "registry.push" as const, "registry.moveTag" as const];
  const { id, secret } = await createRobotToken(ctx, { name: "ci", scopes, expiresInDays: 365 });
  return {
    id,
    name: "ci",
    secret,
    actor: { type: "token", id, kind: "robot", name: "ci", user: null, scopes, role: null },
  };
}
