import { refresh } from "next/cache";
import { unstable_rethrow } from "next/navigation";
import type { ActionResult } from "#components/action-result.ts";
import { answerWith, currentRequest, type RequestScope, statusOf, unexpected } from "#lib/http/index.ts";
import { isAppError } from "../errors.ts";
import {
  type AccountEntrance,
  type Entrance,
  requireAccount,
  requireInstanceAdmin,
  requireMember,
  requireTeam,
  requireVisit,
} from "./require.ts";

/** What an action did, in a sentence for the toast; `data` is what the page needs of it. */
export interface Done<T> {
  message?: string;
  data: T;
}

/**
 * Runs a server action of the team: who it is, one verb, the pages read again. A refusal comes back as its sentence and
 * gives the answer its HTTP status, so that a forged request is told the same as the page.
 * @throws Next's own notFound() and redirect(), for whoever does not belong
 */
export async function teamAction<T>(
  slug: string,
  work: (entrance: Entrance) => Promise<Done<T>>,
): Promise<ActionResult<T>> {
  return run(() => requireTeam(slug), work);
}

/** The same where what the page shows is gone afterwards: the page is left, so it isn't read again. */
export async function teamRemoval<T>(
  slug: string,
  work: (entrance: Entrance) => Promise<Done<T>>,
): Promise<ActionResult<T>> {
  return answered(async () => work(await requireTeam(slug)));
}

/** The same for the team and the members: the portal's actions. */
export async function memberAction<T>(
  slug: string,
  work: (entrance: Entrance) => Promise<Done<T>>,
): Promise<ActionResult<T>> {
  return run(() => requireMember(slug), work);
}

/** A question that a page of the portal asks later: nothing changed, so nothing is read again. */
export async function memberQuestion<T>(
  slug: string,
  ask: (entrance: Entrance) => Promise<T>,
): Promise<ActionResult<T>> {
  return answered(async () => ({ message: "", data: await ask(await requireMember(slug)) }));
}

/** A server action on what is somebody's own, outside any tenant. */
export async function accountAction<T>(
  path: string,
  work: (account: AccountEntrance) => Promise<Done<T>>,
): Promise<ActionResult<T>> {
  return run(() => requireAccount(path), work);
}

/** A question that a signed-in person's page asks later: nothing changed, so nothing is read again. */
export async function accountQuestion<T>(
  path: string,
  ask: (account: AccountEntrance) => Promise<T>,
): Promise<ActionResult<T>> {
  return answered(async () => ({ message: "", data: await ask(await requireAccount(path)) }));
}

/** A server action of an instance admin. */
export async function instanceAction<T>(
  work: (account: AccountEntrance) => Promise<Done<T>>,
): Promise<ActionResult<T>> {
  return run(() => requireInstanceAdmin("/admin"), work);
}

/** A server action for anyone, signed in or not: the verb itself limits how often. */
export async function openAction<T>(work: (client: RequestScope) => Promise<Done<T>>): Promise<ActionResult<T>> {
  return answered(() => work(currentRequest()));
}

/** A question that a page asks later, such as a preview: nothing changed, so nothing is read again. */
export async function teamQuestion<T>(slug: string, ask: (entrance: Entrance) => Promise<T>): Promise<ActionResult<T>> {
  return answered(async () => ({ message: "", data: await ask(await requireTeam(slug)) }));
}

/** The same for whoever sees the frame of a tenant's pages: team, members, a support view. */
export async function visitQuestion<T>(
  slug: string,
  ask: (entrance: Entrance) => Promise<T>,
): Promise<ActionResult<T>> {
  return answered(async () => ({ message: "", data: await ask(await requireVisit(slug)) }));
}

async function run<E, T>(enter: () => Promise<E>, work: (entrance: E) => Promise<Done<T>>): Promise<ActionResult<T>> {
  return answered(async () => {
    const done = await work(await enter());
    refresh();
    return done;
  });
}

async function answered<T>(work: () => Promise<Done<T>>): Promise<ActionResult<T>> {
  try {
    const { message = "", data } = await work();
    return { ok: true, message, data };
  } catch (error) {
    unstable_rethrow(error);
    return refusal(error);
  }
}

function refusal(error: unknown): Extract<ActionResult, { ok: false }> {
  const { requestId } = currentRequest();
  if (!isAppError(error)) {
    answerWith(500);
    return { ok: false, code: "internal", message: unexpected(error).message, requestId };
  }
  answerWith(statusOf(error.code));
  return { ok: false, code: error.code, message: error.message, fields: error.fields, requestId };
}
