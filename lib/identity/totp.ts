import { Secret, TOTP } from "otpauth";

const PERIOD_SECONDS = 30;
/** Clocks may differ by one step either way (RFC 6238, section 5.2). */
const WINDOW = 1;

/** A new secret for an authenticator app, in base32. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** What the QR code says: https://github.com/google/google-authenticator/wiki/Key-Uri-Format. */
export function totpUri(account: string, secret: string): string {
  return totpOf(secret, account).toString();
}

/** The time step that a code is of; null where it is of none around now. */
export function totpStepOf(secret: string, code: string, now: Date): number | null {
  const timestamp = now.getTime();
  const distance = totpOf(secret).validate({ token: code, timestamp, window: WINDOW });
  return distance === null ? null : TOTP.counter({ period: PERIOD_SECONDS, timestamp }) + distance;
}

function totpOf(secret: string, label = ""): TOTP {
  const shape = { algorithm: "SHA1", digits: 6, period: PERIOD_SECONDS };
  return new TOTP({ issuer: "Purser", label, secret: Secret.fromBase32(secret), ...shape });
}
