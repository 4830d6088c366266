import { randomBytes } from "node:crypto";
import { type Actor, ROLES, type Role } from "#lib/access/index.ts";
import type { RepositoryName } from "#lib/catalog/index.ts";
import { type AuditEvent, db, type Prisma, type Product } from "#lib/db/index.ts";
import type { Principal } from "#lib/identity/index.ts";
import type { AccountCtx, Ctx } from "../context.ts";
import { newId } from "../ids.ts";
import { type Snapshot, snapshot } from "./snapshot.ts";

export interface TestUser {
  id: string;
  email: string;
}

export interface TestMember {
  id: string;
  userId: string;
  email: string;
}

export interface TenantOptions {
  /** Columns of the product that differ from an open, listed one. */
  product?: Partial<Prisma.ProductUncheckedCreateInput>;
  /** Columns of the member's subscription that differ from Stripe's active one. */
  subscription?: Partial<Prisma.SubscriptionUncheckedCreateInput>;
  graceDays?: number;
}

/** A tenant with a user a role, a member in good standing and a product; nobody else's test sees it. */
export interface Fixture {
  tenant: { id: string; slug: string; name: string };
  users: Record<Role, TestUser>;
  member: TestMember;
  product: Product;
  /** The product's first repository, by name; the first push makes it. */
  repository: RepositoryName;
  /** As the owner. */
  ctx: Ctx;
  as(role: Role | null): Ctx;
  /** As any other actor. */
  by(actor: Actor): Ctx;
  addMember(subscription?: TenantOptions["subscription"] | null): Promise<TestMember>;
  addProduct(product?: TenantOptions["product"]): Promise<Product>;
  /** All rows of the tenant but the audit log's. */
  rows(): Promise<Snapshot>;
  lastAudit(): Promise<AuditEvent | null>;
  auditCount(): Promise<number>;
}

export async function freshTenant(options: TenantOptions = {}): Promise<Fixture> {
  const slug = `t${randomBytes(6).toString("hex")}`;
  const data = { slug, name: `Tenant ${slug}`, graceDays: options.graceDays };
  const tenant = await db().tenant.create({ data, select: { id: true, slug: true, name: true } });
  const users = Object.fromEntries(
    await Promise.all(ROLES.map(async (role) => [role, await newTeamUser(tenant, role)])),
  ) as Record<Role, TestUser>;
  const outsider = await newUser();
  const by = (actor: Actor): Ctx => ({ tenant, actor, requestId: newId(), now: new Date() });
  const as = (role: Role | null) => by({ type: "user", ...(role ? users[role] : outsider), role });
  const product = await newProduct(tenant.id, options.product);
  return {
    tenant,
    users,
    member: await newMember(tenant.id, options.subscription),
    product,
    repository: { name: `${slug}/${product.slug}`, tenant: slug, product: product.slug },
    ctx: as("owner"),
    as,
    by,
    addMember: (subscription) => newMember(tenant.id, subscription),
    addProduct: (columns) => newProduct(tenant.id, columns),
    rows: () => snapshot(tenant.id),
    lastAudit: () => db().auditEvent.findFirst({ where: { tenantId: tenant.id }, orderBy: { seq: "desc" } }),
    auditCount: () => db().auditEvent.count({ where: { tenantId: tenant.id } }),
  };
}

/** A user of no tenant. */
export function newUser(columns: Partial<Prisma.UserUncheckedCreateInput> = {}): Promise<TestUser> {
  const email = `u${randomBytes(6).toString("hex")}@example.com`;
  return db().user.create({ data: { email, ...columns }, select: { id: true, email: true } });
}

/** A person in their own account, as pages make the context. */
export function accountCtx(user: TestUser): AccountCtx {
  return { actor: { type: "user", id: user.id, email: user.email, role: null }, requestId: newId(), now: new Date() };
}

/** Signs a user in. @returns the session's id */
export async function sessionOf(userId: string, columns: Partial<Prisma.SessionUncheckedCreateInput> = {}) {
  const expiresAt = new Date(Date.now() + 3_600_000);
  const data = { userId, method: "password", address: "127.0.0.1", expiresAt, ...columns };
  return (await db().session.create({ data, select: { id: true } })).id;
}

/** The principal of somebody who signed in with their password. */
export function asMember({ userId }: { userId: string }): Principal {
  return { type: "user", userId, sessionVersion: 0 };
}

async function newTeamUser(tenant: { id: string }, role: Role): Promise<TestUser> {
  const user = await newUser();
  await db().tenantMembership.create({ data: { tenantId: tenant.id, userId: user.id, role } });
  return user;
}

async function newMember(
  tenantId: string,
  subscription: TenantOptions["subscription"] | null = {},
): Promise<TestMember> {
  const { id: userId, email } = await newUser();
  const { id } = await db().member.create({ data: { tenantId, userId } });
  if (subscription) {
    const active = { kind: "stripe", status: "active" } as const;
    await db().subscription.create({ data: { ...active, ...subscription, tenantId, memberId: id } });
  }
  return { id, userId, email };
}

function newProduct(tenantId: string, columns: TenantOptions["product"] = {}): Promise<Product> {
  const slug = `p${randomBytes(4).toString("hex")}`;
  return db().product.create({ data: { slug, name: `Product ${slug}`, ...columns, tenantId } });
}
