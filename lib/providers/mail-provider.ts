import { query } from "#lib/db/index.ts";
import { mailProblem } from "#lib/mail/index.ts";
import { env } from "../env.ts";
import type { Finding } from "../findings.ts";
import { plural } from "../format.ts";
import { briefly } from "./briefly.ts";
import type { OfTenant, ProviderKind } from "./provider-kind.ts";

/** The instance's mail server, by which the tenant's letters go. */
export const MAIL: ProviderKind = {
  kind: "mail",
  label: "Mail",
  about: "Sends invitations, new versions and recalls. Without it letters wait, and are tried again.",
  page: null,
  list: async () => [{ kind: "mail", ref: "", name: "Mail", where: serverName() }],
  check: async (of) => [await server(), await letters(of)],
  inventory: null,
  apply: null,
};

function serverName(): string {
  const { SMTP_URL } = env();
  return SMTP_URL ? new URL(SMTP_URL).hostname : "kept in the outbox of the instance";
}

const server = briefly(async (): Promise<Finding> => {
  const check = "Server";
  const fix = "The instance's administrators see to SMTP_URL, its user and its password.";
  if (!env().SMTP_URL) {
    return { check, state: "warning", words: "No mail server is set: letters are kept in the outbox.", fix };
  }
  const began = performance.now();
  const problem = await mailProblem();
  if (problem) return { check, state: "failed", words: `The mail server refuses: ${problem}.`, fix };
  const words = `The mail server accepts the login, in ${Math.round(performance.now() - began)} ms.`;
  return { check, state: "ok", words };
});

async function letters({ tenant }: OfTenant): Promise<Finding> {
  const check = "Letters";
  const where = { tenantId: tenant.id, sentAt: null, error: { not: null } };
  const [announced, recalled] = await query((db) =>
    Promise.all([db.announcementLetter.count({ where }), db.recallLetter.count({ where })]),
  );
  const failed = announced + recalled;
  if (failed === 0) return { check, state: "ok", words: "No letter of this workspace waits for another try." };
  const words = `${plural(failed, "letter")} could not be sent so far; they are tried again.`;
  return { check, state: "warning", words, fix: "Each one's error is with the release or recall that it is about." };
}
