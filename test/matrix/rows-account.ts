import { db } from "#lib/db/index.ts";
import { newId } from "#lib/ids.ts";
import { sessionOf } from "#lib/testing/index.ts";
import type { Row } from "./cell.ts";
import { PASSWORD, type Side, type Somebody } from "./world.ts";

const ANYONE = { audience: "anyone" } as const;
const PERSON = { audience: "person" } as const;

const SECURITY = "action app/account/security/actions";
const PASSKEYS = "action app/account/security/passkey-actions";
const proof = { currentPassword: PASSWORD };
const anAddress = () => `${newId()}@example.com`;

const ownSession = (_side: Side, { id }: Somebody) => sessionOf(id);
const ownClient = async (_side: Side, { id: userId }: Somebody) => {
  const data = { userId, sessionVersion: 0, secretHash: newId(), clientId: "docker", address: "127.0.0.1" };
  return (await db().refreshToken.create({ data, select: { id: true } })).id;
};
const ownPasskey = async (_side: Side, { id: userId }: Somebody) => {
  const data = { userId, name: "laptop", credentialId: newId(), publicKey: new Uint8Array(1), transports: [] };
  return (await db().passkey.create({ data, select: { id: true } })).id;
};

/** Accounts: what anyone may ask for, and what is somebody's own. A link that nobody was sent is not there. */
export const ACCOUNT_ROWS: readonly Row[] = [
  { surface: "page /register", ...ANYONE, status: ({ person }) => (person ? 307 : 200) },
  { surface: "page /register/confirm", ...ANYONE },
  { surface: "page /reset-password", ...ANYONE },
  { surface: "page /reset-password/confirm", ...ANYONE },
  { surface: "page /sign-in/second-factor", ...ANYONE, status: 307 },
  {
    surface: "action app/register/actions#askToRegister",
    ...ANYONE,
    later: true,
    input: () => ({ email: anAddress() }),
  },
  {
    surface: "action app/register/confirm/actions#makeAccount",
    ...ANYONE,
    input: () => ["no-such-link", { name: "Matrix", password: PASSWORD }],
    status: 404,
  },
  {
    surface: "action app/reset-password/actions#askToReset",
    ...ANYONE,
    later: true,
    input: () => ({ email: anAddress() }),
  },
  {
    surface: "action app/reset-password/confirm/actions#setNewPassword",
    ...ANYONE,
    input: () => ["no-such-link", { password: PASSWORD }],
    status: 404,
  },
  { surface: "action app/sign-in/actions#askForPasskey", ...ANYONE },
  {
    surface: "action app/sign-in/second-factor/actions#giveCode",
    ...ANYONE,
    input: () => ({ code: "000000" }),
    status: 401,
  },
  // With a link of a letter in a test of its own (lib/announcements); here with none.
  { surface: "page /mail/releases", ...ANYONE },
  { surface: "route /api/mail/releases", ...ANYONE, status: 405 },
  {
    surface: "action app/mail/releases/actions#choose",
    ...ANYONE,
    input: () => ["no-such-link", false],
    status: 404,
  },
  { surface: "page /account", ...PERSON },
  { surface: "page /account/confirm-email", ...PERSON },
  { surface: "page /account/security", ...PERSON },
  { surface: "page /account/sessions", ...PERSON },
  { surface: "action app/account/actions#rename", ...PERSON, input: () => ({ name: "Matrix" }) },
  {
    surface: "action app/account/actions#askEmail",
    ...PERSON,
    later: true,
    input: () => ({ email: anAddress(), ...proof }),
  },
  {
    surface: "action app/account/confirm-email/actions#confirmEmail",
    ...PERSON,
    input: () => "no-such-link",
    status: 404,
  },
  { surface: `${SECURITY}#changePassword`, ...PERSON, input: () => ({ ...proof, newPassword: PASSWORD }) },
  { surface: `${SECURITY}#sendPasswordLetter`, ...PERSON, later: true },
  { surface: `${SECURITY}#beginSecondFactor`, ...PERSON, input: () => ({ ...proof }) },
  { surface: `${SECURITY}#turnSecondFactorOn`, ...PERSON, input: () => ({ code: "000000" }), status: 422 },
  { surface: `${SECURITY}#turnSecondFactorOff`, ...PERSON, input: () => ({ ...proof }) },
  { surface: `${SECURITY}#makeRecoveryCodes`, ...PERSON, input: () => ({ ...proof }), status: 409 },
  { surface: `${SECURITY}#beginConnecting`, ...PERSON, input: () => ({ ...proof, provider: "github" }), status: 404 },
  { surface: `${SECURITY}#disconnect`, ...PERSON, input: () => ({ ...proof, provider: "github" }), status: 404 },
  { surface: `${PASSKEYS}#beginPasskey`, ...PERSON, input: () => ({ ...proof }) },
  {
    surface: `${PASSKEYS}#keepPasskey`,
    ...PERSON,
    input: () => ({ name: "laptop", response: { id: "x" } }),
    status: 422,
  },
  {
    surface: `${PASSKEYS}#namePasskey`,
    ...PERSON,
    child: ownPasskey,
    input: ({ childId }) => [childId, { name: "phone" }],
  },
  {
    surface: `${PASSKEYS}#endPasskey`,
    ...PERSON,
    child: ownPasskey,
    input: ({ childId }) => [childId, { ...proof }],
  },
  {
    surface: "action app/account/sessions/actions#endOne",
    ...PERSON,
    child: ownSession,
    input: ({ childId }) => childId,
  },
  { surface: "action app/account/sessions/actions#endOthers", ...PERSON },
  {
    surface: "action app/account/sessions/actions#endClient",
    ...PERSON,
    child: ownClient,
    input: ({ childId }) => childId,
  },
];
