import { actorLabel, type SubscriptionFact } from "#lib/access/index.ts";
import { viewConnection, viewDrift } from "#lib/billing/index.ts";
import { subjectOfTag } from "#lib/catalog/index.ts";
import { inSnapshot, type Moment } from "#lib/db/index.ts";
import { standingOf } from "#lib/tenancy/index.ts";
import type { Ctx } from "../context.ts";
import type {
  GrantEntry,
  GroupEntry,
  MemberEntry,
  Picture,
  PolicyEntry,
  ProductEntry,
  RecallEntry,
  TagEntry,
  TagRulesEntry,
  TeamEntry,
  TokenEntry,
} from "./picture.ts";
import * as ASK from "./picture-sql.ts";

interface Call {
  signal: AbortSignal;
  report(progress: { phase: string; done?: number }): void;
}

/**
 * Reads the whole of a tenant as it is at one moment of the database, and what Stripe says of it beside.
 * @throws unavailable where the database is away; the signal's reason
 */
export async function readPicture(ctx: Ctx, call: Call): Promise<Picture> {
  const { id, slug, name } = ctx.tenant;
  call.report({ phase: "comparing with Stripe" });
  const stripe = await stripeOf(ctx);
  const read = await inSnapshot(async (moment) => {
    const from = reader(moment, call);
    const [tenant] = await from<{ graceDays: number; endlessTokens: boolean }>("the workspace", ASK.TENANT, [id]);
    const graceDays = tenant?.graceDays ?? 0;
    const now = new Date();
    const [audit] = await from<Picture["audit"]>("the audit log", ASK.AUDIT, [id]);
    return {
      audit: audit ?? { rows: 0, hash: null },
      team: await from<TeamEntry>("the team", ASK.TEAM, [id]),
      members: (await from<MemberRead>("members", ASK.MEMBERS, [id])).map((row) => memberOf(row, { graceDays, now })),
      products: await from<ProductEntry>("products", ASK.PRODUCTS, [id]),
      grants: await from<GrantEntry>("grants", ASK.GRANTS, [id, now]),
      groups: await from<GroupEntry>("groups", ASK.GROUPS, [id]),
      tokens: await from<TokenEntry>("tokens", ASK.TOKENS, [id, now]),
      tags: tagsOf(await from<TagRead>("tags", ASK.TAGS, [id])),
      recalls: await from<RecallEntry>("recalls", ASK.RECALLS, [id]),
      policies: {
        graceDays,
        endlessTokens: tenant?.endlessTokens ?? false,
        tagRules: await from<TagRulesEntry>("policies", ASK.TAG_RULES, [id]),
        inForce: await from<PolicyEntry>("policies", ASK.POLICIES, [id]),
      },
      takenAt: now.toISOString(),
    };
  });
  const takenBy = actorLabel(ctx.actor);
  return { format: "purser.compliance/1", tenant: { id, slug, name }, takenBy, stripe, ...read };
}

/** Reads a query's rows to their end, batch by batch, and says what it is at. */
function reader(moment: Moment, { signal, report }: Call) {
  return async <R extends object>(phase: string, text: string, values: readonly unknown[]): Promise<R[]> => {
    const all: R[] = [];
    for await (const rows of moment.rows<R>(text, values)) {
      signal.throwIfAborted();
      all.push(...rows);
      report({ phase: `reading ${phase}`, done: all.length });
    }
    return all;
  };
}

interface MemberRead {
  id: string;
  email: string;
  suspendedAt: Date | null;
  subscriptions: (Omit<SubscriptionFact, "pastDueSince" | "endedAt"> &
    Record<"pastDueSince" | "endedAt", string | null>)[];
}

function memberOf(
  { id, email, suspendedAt, subscriptions }: MemberRead,
  at: { graceDays: number; now: Date },
): MemberEntry {
  const facts = subscriptions.map((one) => ({
    ...one,
    pastDueSince: one.pastDueSince ? new Date(one.pastDueSince) : null,
    endedAt: one.endedAt ? new Date(one.endedAt) : null,
  }));
  const { good, label } = standingOf({ member: { suspendedAt, subscriptions: facts }, ...at });
  return { id, email, goodStanding: good, standing: label, suspended: suspendedAt !== null };
}

interface TagRead extends TagEntry {
  repositoryId: string;
}

// A signature is a referrer (OCI 1.1), or what cosign's tag of the digest names.
function tagsOf(rows: readonly TagRead[]): TagEntry[] {
  const byTag = new Set(
    rows.flatMap(({ repositoryId, tag }) => {
      const subject = tag.endsWith(".sig") ? subjectOfTag(tag) : null;
      return subject ? [`${repositoryId} ${subject}`] : [];
    }),
  );
  return rows
    .filter(({ tag }) => subjectOfTag(tag) === null)
    .map(({ repositoryId, signed, ...tag }) => ({
      ...tag,
      signed: signed || byTag.has(`${repositoryId} ${tag.digest}`),
    }));
}

async function stripeOf(ctx: Ctx): Promise<Picture["stripe"]> {
  const { connection } = await viewConnection(ctx);
  if (!connection) return null;
  const account = connection.accountId;
  const { drift, problem } = await viewDrift(ctx);
  if (!drift) return { account, drift: null, problem };
  const lines = drift.drifted.flatMap(({ customerId, member, differences }) =>
    differences.map(({ kind, what }) => `${member?.email ?? customerId}: ${kind} ${what}`),
  );
  return { account, drift: lines, problem: null };
}
