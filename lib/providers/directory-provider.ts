import { query } from "#lib/db/index.ts";
import { checkDirectory, inventoryDirectory } from "#lib/directory/index.ts";
import type { ProviderKind } from "./provider-kind.ts";

/** The tenant's directory, which says over SCIM or by claims who belongs to which group. */
export const DIRECTORY: ProviderKind = {
  kind: "directory",
  label: "Directory",
  about: "Says who the members are, and in which groups. Without it who joins or leaves there is not heard of here.",
  page: "providers/directory/settings",
  async list({ tenant: { id: tenantId } }) {
    const [claims, secrets] = await query((db) =>
      Promise.all([
        db.directory.findUnique({ where: { tenantId }, select: { claimProvider: true } }),
        db.directorySecret.count({ where: { tenantId, revokedAt: null } }),
      ]),
    );
    const where = [secrets > 0 ? "SCIM 2.0" : "", claims?.claimProvider ?? ""].filter(Boolean).join(", ");
    return where ? [{ kind: "directory", ref: "", name: "Directory", where }] : [];
  },
  check: (of) => checkDirectory(of),
  inventory: (of) => inventoryDirectory(of),
  apply: { label: "Look at the sync, and have it done", page: "providers/directory/settings" },
};
