import type { Actor } from "#lib/access/index.ts";

/** What every verb is told: for which tenant, by whom, in which request, and what time it is. */
export interface Ctx {
  tenant: { id: string; slug: string; name: string };
  actor: Actor;
  requestId: string;
  now: Date;
}
