import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { z } from "zod";
import { query, transaction } from "#lib/db/index.ts";
import { sendMailLater } from "#lib/mail/index.ts";
import type { AccountCtx } from "../context.ts";
import { env } from "../env.ts";
import { type AppError, conflict, invalid, notFound } from "../errors.ts";
import { parse } from "../parse.ts";
import { keepChallenge, takeChallenge } from "./challenges.ts";
import { changedLetter } from "./letters.ts";
import { demandOwner, recordOwn } from "./own.ts";
import { lockOwn } from "./users.ts";
import { demandAnotherWayIn } from "./ways-in.ts";

const HELD_MAX = 20;
/** EdDSA, ES256 and RS256: what authenticators speak (https://www.iana.org/assignments/cose). */
const ALGORITHMS = [-8, -7, -257];

export interface PasskeyRow {
  id: string;
  name: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

const PasskeyName = z
  .string()
  .trim()
  .min(1, "is missing")
  .max(60)
  .regex(/^\P{Cc}*$/u, "must be one line of text");
/** How browsers say that a key is reached: "usb", "internal", and what comes after us. */
const Transports = z.array(z.string().max(30)).max(10);

export const StartPasskey = z.strictObject({ currentPassword: z.string().optional() });
/** `response` is what the browser made of the challenge; its parts are checked by the verifier. */
export const AddPasskey = z.strictObject({ name: PasskeyName, response: z.looseObject({ id: z.string().max(2000) }) });
export const RenamePasskey = z.strictObject({ id: z.uuid(), name: PasskeyName });
export const RemovePasskey = z.strictObject({ id: z.uuid(), currentPassword: z.string().optional() });

/** Who asks a passkey, and from where: both follow from the public address. */
export function relyingParty(): { rpID: string; origin: string } {
  const { hostname, origin } = new URL(env().PUBLIC_URL);
  return { rpID: hostname, origin };
}

export async function listPasskeys({ actor }: AccountCtx): Promise<PasskeyRow[]> {
  const select = { id: true, name: true, createdAt: true, lastUsedAt: true } as const;
  return query((db) => db.passkey.findMany({ where: { userId: actor.id }, select, orderBy: { id: "asc" } }));
}

/** What the browser needs to make a passkey. @throws invalid for a wrong password; conflict where there are too many */
export async function startPasskey(
  ctx: AccountCtx,
  input: z.input<typeof StartPasskey>,
  from: { address: string },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const { currentPassword } = parse(StartPasskey, input);
  await demandOwner(ctx, { currentPassword, address: from.address });
  const select = { email: true, name: true, passkeys: { select: { credentialId: true } } } as const;
  const { id } = ctx.actor;
  const { email, name, passkeys: held } = await query((db) => db.user.findUniqueOrThrow({ where: { id }, select }));
  if (held.length >= HELD_MAX) throw tooMany();
  const options = await generateRegistrationOptions({
    rpName: "Purser",
    rpID: relyingParty().rpID,
    userName: email,
    userDisplayName: name ?? email,
    userID: Uint8Array.from(Buffer.from(id)),
    attestationType: "none",
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: held.map(({ credentialId }) => ({ id: credentialId })),
    // Discoverable, so that signing in asks for no name; verified, so that it counts as two factors.
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  await keepChallenge(purposeOf(id), options.challenge);
  return options;
}

/** Keeps the passkey that a browser made, and tells the owner. @throws invalid where it does not verify; conflict */
export async function addPasskey(ctx: AccountCtx, input: z.input<typeof AddPasskey>): Promise<{ id: string }> {
  const { name, response } = parse(AddPasskey, input);
  const credential = await verifiedCredential(ctx.actor.id, response as unknown as RegistrationResponseJSON);
  const added = await transaction(async (tx) => {
    const { id: userId } = await lockOwn(tx, ctx.actor.id);
    if ((await tx.passkey.count({ where: { userId } })) >= HELD_MAX) throw tooMany();
    const data = [{ userId, name, ...credential }];
    const [row] = await tx.passkey.createManyAndReturn({ data, skipDuplicates: true, select: { id: true } });
    if (!row) throw conflict("This passkey is in use already.");
    await recordOwn(tx, ctx, { action: "passkey.added", after: { name } });
    return row;
  });
  sendMailLater(changedLetter(ctx.actor.email, `The passkey “${name}” was added.`));
  return added;
}

async function verifiedCredential(userId: string, response: RegistrationResponseJSON) {
  const { rpID, origin } = relyingParty();
  const { registrationInfo } = await verifyRegistrationResponse({
    response,
    expectedChallenge: (challenge) => takeChallenge(purposeOf(userId), challenge),
    expectedOrigin: origin,
    expectedRPID: rpID,
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch((cause) => Promise.reject(refused(cause)));
  if (!registrationInfo) throw refused();
  const { id: credentialId, publicKey, counter } = registrationInfo.credential;
  const { data: transports = [] } = Transports.safeParse(registrationInfo.credential.transports);
  const backedUp = registrationInfo.credentialBackedUp;
  return { credentialId, publicKey: Uint8Array.from(publicKey), counter, transports, backedUp };
}

/** @throws not_found for a passkey of somebody else; invalid */
export async function renamePasskey(ctx: AccountCtx, input: z.input<typeof RenamePasskey>): Promise<void> {
  const { id, name } = parse(RenamePasskey, input);
  await transaction(async (tx) => {
    await lockOwn(tx, ctx.actor.id);
    const passkey = await tx.passkey.findFirst({ where: { id, userId: ctx.actor.id } });
    if (!passkey) throw notFound("passkey");
    if (passkey.name === name) return;
    await tx.passkey.update({ where: { id }, data: { name }, select: { id: true } });
    await recordOwn(tx, ctx, { action: "passkey.renamed", before: { name: passkey.name }, after: { name } });
  });
}

/** Ends a passkey, and tells the owner. @throws not_found; invalid for a wrong password; conflict for the last way in */
export async function removePasskey(
  ctx: AccountCtx,
  input: z.input<typeof RemovePasskey>,
  from: { address: string },
): Promise<void> {
  const { id, currentPassword } = parse(RemovePasskey, input);
  await demandOwner(ctx, { currentPassword, address: from.address });
  const name = await transaction(async (tx) => {
    const user = await lockOwn(tx, ctx.actor.id);
    const passkey = await tx.passkey.findFirst({ where: { id, userId: user.id } });
    if (!passkey) throw notFound("passkey");
    await demandAnotherWayIn(tx, user);
    await tx.passkey.delete({ where: { id } });
    await recordOwn(tx, ctx, { action: "passkey.removed", before: { name: passkey.name } });
    return passkey.name;
  });
  sendMailLater(changedLetter(ctx.actor.email, `The passkey “${name}” was removed.`));
}

function purposeOf(userId: string): string {
  return `passkey-add:${userId}`;
}

function tooMany(): AppError {
  return conflict(`You hold ${HELD_MAX} passkeys already. Remove some first.`);
}

function refused(cause?: unknown): AppError {
  return invalid({ "": "The passkey was not accepted. Try again." }, { cause });
}
