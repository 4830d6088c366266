import { hash, verify } from "@node-rs/argon2";
import { z } from "zod";

/** NIST SP 800-63B, section 3.1.1.2: length is what counts; no composition rules. */
export const Password = z
  .string()
  .min(12, "must have at least 12 characters")
  .max(256, "may have at most 256 characters");

// OWASP's first choice for argon2id; the library's default algorithm is argon2id.
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

let dummy: Promise<string> | undefined;

/** Whether the password is right. An account without one costs as much time as a wrong password, and is never right. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  dummy ??= hashPassword("of an account that is not there");
  const right = await verify(passwordHash ?? (await dummy), password);
  return right && passwordHash !== null;
}
