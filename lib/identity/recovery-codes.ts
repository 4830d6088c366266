import { randomBytes } from "node:crypto";
import type { Tx } from "#lib/db/index.ts";
import { hashSecret } from "./secret.ts";

const COUNT = 10;
// Without letters that look like digits; 32 of them, so that a byte's five lower bits choose one fairly.
const ALPHABET = "abcdefghjkmnpqrstuvwxyz023456789";
const LENGTH = 16;

/** Makes somebody's recovery codes; those before them stop working. @returns them, kept as hashes; 80 random bits each */
export async function replaceRecoveryCodes(tx: Tx, userId: string): Promise<string[]> {
  const codes = Array.from({ length: COUNT }, newCode);
  await tx.recoveryCode.deleteMany({ where: { userId } });
  await tx.recoveryCode.createMany({ data: codes.map((code) => ({ userId, codeHash: hashOf(code) })) });
  return codes;
}

/** Uses a recovery code up: of two at once, one succeeds. However it was typed: blanks, dashes and case don't count. */
export async function spendRecoveryCode(tx: Tx, userId: string, typed: string): Promise<boolean> {
  const unused = { userId, codeHash: hashOf(typed), usedAt: null };
  const { count } = await tx.recoveryCode.updateMany({ where: unused, data: { usedAt: new Date() } });
  return count === 1;
}

export async function countRecoveryCodes(tx: Tx, userId: string): Promise<number> {
  return tx.recoveryCode.count({ where: { userId, usedAt: null } });
}

function newCode(): string {
  const letters = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte & 31]).join("");
  return letters.replace(/(.{4})(?!$)/g, "$1-");
}

function hashOf(code: string): string {
  return hashSecret(code.toLowerCase().replace(/[\s-]/g, ""));
}
