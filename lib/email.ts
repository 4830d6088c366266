import { z } from "zod";

/**
 * One spelling of an address: trimmed, NFKC, lower case. Only plain `local@domain` in ASCII is taken; quoted parts,
 * several addresses or control characters have been used to have mail sent elsewhere (GHSA-5jpx-9hw9-2fx4).
 */
export const EmailAddress = z
  .string()
  .transform((text) => text.normalize("NFKC").trim().toLowerCase())
  .pipe(z.email("is not an email address").max(254, "is too long"));
