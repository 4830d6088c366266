import { queryPrepared, runIn, type Statement, type Tx, transaction, translated } from "#lib/db/index.ts";
import { faultPoint } from "../fault-point.ts";
import { plural } from "../format.ts";
import { newId } from "../ids.ts";
import { processGlobal } from "../process-global.ts";
import type { Account } from "./account.ts";
import type { Change } from "./changes.ts";
import { changesBy, converge, type HeldMember } from "./converge.ts";
import { markFailed, markProcessed } from "./inbox.ts";
import { linkCustomer, NO_MEMBER } from "./link-customer.ts";
import { readCustomer } from "./snapshot.ts";

export interface Refreshed {
  /** What it led to, in words for the list of events. */
  outcome: string;
  changes: number;
}

/** What is asked of a reading. */
export interface Nudge {
  account: Account;
  customerId: string;
  /** The events that are done with it. */
  eventIds: readonly string[];
  requestId: string;
}

interface Flight {
  done: Promise<Refreshed>;
  /** What waits for the reading after this one. */
  next: { nudge: Nudge; done: Promise<Refreshed> } | null;
}

const flights = processGlobal("stripe-flights", () => new Map<string, Flight>());

/**
 * Reads the customer from Stripe and makes the ledger hold what follows. Of one customer this process does one reading at
 * a time, and those who come meanwhile share the next one, which begins after they came and so saw what they are about.
 * @throws unavailable where Stripe or the database is away; conflict where Stripe refuses the key
 */
export function refreshCustomer(
  account: Account,
  customerId: string,
  about: { eventId?: string; requestId?: string } = {},
): Promise<Refreshed> {
  const { eventId, requestId = newId() } = about;
  const nudge = { account, customerId, eventIds: eventId ? [eventId] : [], requestId };
  const key = `${account.tenant.id} ${customerId}`;
  const flight = flights.get(key);
  if (!flight) return begin(key, nudge);
  if (flight.next) {
    flight.next.nudge.eventIds = [...new Set([...flight.next.nudge.eventIds, ...nudge.eventIds])];
    return flight.next.done;
  }
  const next: NonNullable<Flight["next"]> = {
    nudge,
    done: flight.done.then(ignored, ignored).then(() => begin(key, next.nudge)),
  };
  flight.next = next;
  return next.done;
}

const ignored = () => undefined;

function begin(key: string, nudge: Nudge): Promise<Refreshed> {
  const done = readAndApply(nudge).finally(() => {
    if (!flight.next) flights.delete(key);
  });
  const flight: Flight = { done, next: null };
  flights.set(key, flight);
  return done;
}

/**
 * One reading, applied unless a later one was. `only` may look at what it would change, in the transaction, and refuse.
 * @throws what `only` throws; unavailable, conflict
 */
export async function readAndApply(nudge: Nudge, only?: (changes: readonly Change[]) => void): Promise<Refreshed> {
  const { account, customerId } = nudge;
  const of = { tenantId: account.tenant.id, ids: nudge.eventIds };
  try {
    const ticket = await drawTicket(account, customerId);
    if (ticket !== null) return await readWith(ticket, nudge, only);
    const unknown = await linkCustomer(account, customerId, nudge.requestId);
    const linked = unknown === null ? await drawTicket(account, customerId) : null;
    if (linked !== null) return await readWith(linked, nudge, only);
    const outcome = unknown ?? NO_MEMBER;
    await transaction((tx) => markProcessed(tx, of, outcome));
    return { outcome, changes: 0 };
  } catch (error) {
    // What can't even be noted down is tried again by Stripe, and by the job that looks for such events.
    if (of.ids.length > 0) await markFailed(of, (error as Error).message).catch(ignored);
    throw error;
  }
}

const DRAW: Statement = {
  name: "stripe_ticket_draw",
  text: `
    UPDATE members SET stripe_ticket = stripe_ticket + 1 WHERE tenant_id = $1 AND stripe_customer_id = $2
    RETURNING stripe_ticket AS ticket`,
};

/** The number of the reading that begins now; null where no member is the customer. */
async function drawTicket({ tenant }: Account, customerId: string): Promise<number | null> {
  try {
    const [drawn] = await queryPrepared<{ ticket: number }>(DRAW, [tenant.id, customerId]);
    return drawn?.ticket ?? null;
  } catch (error) {
    throw translated(error);
  }
}

async function readWith(ticket: number, nudge: Nudge, only?: (changes: readonly Change[]) => void): Promise<Refreshed> {
  const { account, customerId, eventIds, requestId } = nudge;
  const snapshot = await readCustomer(account.stripe, customerId);
  const of = { tenantId: account.tenant.id, ids: eventIds };
  const refreshed = await transaction(async (tx) => {
    const ctx = { tenant: account.tenant, actor: { type: "stripe" }, requestId, now: new Date() } as const;
    const member = await hold(tx, { account, customerId, ticket });
    if (!member) {
      await markProcessed(tx, of, TOO_LATE);
      return { outcome: TOO_LATE, changes: 0 };
    }
    const changes = await changesBy(tx, account.tenant.id, { member, snapshot, now: ctx.now });
    only?.(changes);
    const outcome = inWords(changes);
    await markProcessed(tx, of, outcome);
    // Last, since nobody else writes to the tenant's log from its first entry to the transaction's end.
    await converge(tx, ctx, { member, changes });
    await faultPoint("stripe effect written");
    return { outcome, changes: changes.length };
  });
  await faultPoint("stripe effect committed");
  return refreshed;
}

const TOO_LATE = "a later reading was applied";

const HOLD: Statement = {
  name: "stripe_reading_hold",
  text: `
    UPDATE members m SET stripe_applied = $3 FROM users u
    WHERE m.tenant_id = $1 AND m.stripe_customer_id = $2 AND m.stripe_applied < $3 AND u.id = m.user_id
      AND EXISTS (SELECT 1 FROM stripe_connections c WHERE c.tenant_id = m.tenant_id AND c.id = $4)
    RETURNING m.id, u.email`,
};

/**
 * Takes the member's row for this reading. Null where a reading that began later was applied already: it saw whatever this
 * one is about (docs/adr/0016). Null, too, once the account is disconnected: what holds by then has got its end, and nobody
 * would hear of another.
 */
async function hold(
  tx: Tx,
  { account, customerId, ticket }: { account: Account; customerId: string; ticket: number },
): Promise<HeldMember | null> {
  // Whoever waits here for another reading looks at its ticket once that is committed.
  const [member] = await runIn<HeldMember>(tx, HOLD, [account.tenant.id, customerId, ticket, account.connectionId]);
  return member ?? null;
}

const WORDS: Record<Change["kind"], string> = {
  "add-membership": "membership added",
  "change-membership": "membership changed",
  "end-membership": "membership ended",
  "set-grant": "grant given",
  "end-grant": "grant ended",
};

/** `1 membership added, 2 grants given`, or that nothing changed. */
function inWords(changes: readonly Change[]): string {
  const counts = new Map<string, number>();
  for (const { kind } of changes) counts.set(WORDS[kind], (counts.get(WORDS[kind]) ?? 0) + 1);
  const parts = [...counts].map(([words, count]) => {
    const [noun = "", verb = ""] = words.split(" ");
    return `${plural(count, noun)} ${verb}`;
  });
  return parts.join(", ") || "nothing changed";
}
