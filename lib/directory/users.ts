import { z } from "zod";
import { demand, record } from "#lib/audit/index.ts";
import { type DirectoryUser, query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { EmailAddress } from "../email.ts";
import { conflict, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { endUser, settleUser } from "./settle.ts";
import { settled } from "./settled.ts";

const Text = z.string().max(256);

/** Somebody as the directory tells of them. */
export const DirectoryPerson = z.strictObject({
  userName: Text.trim().min(1, "is missing"),
  externalId: Text.nullable(),
  displayName: Text.nullable(),
  /** Where an account is looked for; what is no address counts as none. */
  email: z.string().nullable(),
  active: z.boolean(),
  /** What else it told, as it is to be told again. */
  attributes: z.record(z.string(), z.json()),
});

type Person = z.output<typeof DirectoryPerson>;

/**
 * Takes somebody into the directory. Where their address has an account that has shown that it is its own, it becomes a
 * member with what their groups give; else that waits until it does. The answer is the same.
 * @throws forbidden without `group.sync`; conflict where another has the userName; invalid
 */
export async function createDirectoryUser(ctx: Ctx, input: z.input<typeof DirectoryPerson>): Promise<DirectoryUser> {
  await demand(ctx, "group.sync");
  const person = parse(DirectoryPerson, input);
  return settled(ctx, async (tx) => {
    await refuseTaken(tx, ctx, person);
    const made = await tx.directoryUser.create({ data: { tenantId: ctx.tenant.id, ...columnsOf(person) } });
    const letters = await settleUser(tx, ctx, made);
    const { userName, externalId, active } = made;
    await record(tx, ctx, {
      action: "directory.userCreated",
      subject: subjectOf(made),
      after: { userName, externalId, active },
    });
    return { made, letters };
  });
}

/**
 * Changes somebody of the directory to what `change` makes of them. What is no longer active loses access with its next
 * request; what is active again gets back what the directory gave. The account itself (address, name, password) stays as it is.
 * @throws as createDirectoryUser; not_found
 */
export async function changeDirectoryUser(
  ctx: Ctx,
  id: string,
  change: (now: DirectoryUser) => z.input<typeof DirectoryPerson>,
): Promise<DirectoryUser> {
  await demand(ctx, "group.sync");
  return settled(ctx, async (tx) => {
    const before = await userInTenant(tx, ctx, id);
    const person = parse(DirectoryPerson, change(before));
    if (isSame(before, person)) return { made: before, letters: [] };
    await refuseTaken(tx, ctx, { ...person, id });
    const user = await tx.directoryUser.update({ where: { id }, data: columnsOf(person) });
    const letters = await settleUser(tx, ctx, user);
    await record(tx, ctx, {
      action: actionOf(before, user),
      subject: subjectOf(user),
      before: told(before),
      after: told(user),
    });
    return { made: user, letters };
  });
}

/**
 * Takes somebody out of the directory, and ends what it gave them, their access first. Their account and history stay.
 * @throws forbidden without `group.sync`; not_found
 */
export async function deleteDirectoryUser(ctx: Ctx, id: string): Promise<void> {
  await demand(ctx, "group.sync");
  await settled(ctx, async (tx) => {
    const user = await userInTenant(tx, ctx, id);
    const letters = await endUser(tx, ctx, user);
    await tx.directoryUser.delete({ where: { id: user.id } });
    await record(tx, ctx, { action: "directory.userDeleted", subject: subjectOf(user), before: told(user) });
    return { made: user, letters };
  });
}

/** @throws forbidden without `group.view`; not_found */
export async function viewDirectoryUser(ctx: Ctx, id: string): Promise<DirectoryUser> {
  await demand(ctx, "group.view");
  return query((db) => userInTenant(db, ctx, id));
}

async function userInTenant(tx: Tx, ctx: Ctx, id: string): Promise<DirectoryUser> {
  const where = { tenantId_id: { tenantId: ctx.tenant.id, id } };
  const user = z.uuid().safeParse(id).success ? await tx.directoryUser.findUnique({ where }) : null;
  if (!user) throw notFound("user");
  return user;
}

async function refuseTaken(tx: Tx, ctx: Ctx, { userName, id }: { userName: string; id?: string }): Promise<void> {
  const key = { tenantId: ctx.tenant.id, userNameKey: userName.toLowerCase() };
  const taken = await tx.directoryUser.findUnique({ where: { tenantId_userNameKey: key }, select: { id: true } });
  if (taken && taken.id !== id) throw conflict(`There is a user with the userName ${userName} already.`);
}

function columnsOf({ email, ...person }: Person) {
  const address = EmailAddress.safeParse(email ?? "").data ?? null;
  return { ...person, email: address, userNameKey: person.userName.toLowerCase() };
}

function isSame(before: DirectoryUser, person: Person): boolean {
  const { email, userNameKey: _, attributes, ...columns } = columnsOf(person);
  const plain = Object.entries(columns).every(([name, value]) => before[name as keyof DirectoryUser] === value);
  return plain && before.email === email && sorted(before.attributes) === sorted(attributes);
}

// The database keeps an object's keys in an order of its own.
function sorted(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function actionOf(before: DirectoryUser, after: DirectoryUser): string {
  if (before.active === after.active) return "directory.userChanged";
  return after.active ? "directory.userActivated" : "directory.userDeactivated";
}

function told({ userName, externalId, email, active }: DirectoryUser) {
  return { userName, externalId, email, active };
}

function subjectOf({ id, userName }: DirectoryUser) {
  return { type: "directoryUser", id, label: userName };
}
