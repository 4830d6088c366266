import type { Actor, Person } from "#lib/access/index.ts";

/** What every verb is told: for which tenant, by whom, in which request, and what time it is. */
export interface Ctx {
  tenant: { id: string; slug: string; name: string };
  actor: Actor;
  requestId: string;
  now: Date;
}

/** The same outside any tenant: a person and what is their own. A Ctx of a person is one. */
export interface AccountCtx {
  actor: Person;
  requestId: string;
  now: Date;
}
