import { z } from "zod";
import { GROUP_ROLES } from "#lib/entitlements/index.ts";

/** What the API shows of rows: never a whole one, so that a new column is not public by accident. */
export const Instant = z.iso.datetime().meta({ example: "2026-12-31T00:00:00.000Z" });
export const Maybe = <S extends z.ZodType>(schema: S) => schema.nullable();
export const Id = z.uuid().meta({ example: "0199c1d2-7c1e-7d3a-9b1f-2f6a3a1c5e77" });

export const ProductShape = z
  .strictObject({
    id: Id,
    slug: z.string().meta({ example: "pro" }),
    name: z.string().meta({ example: "Pro" }),
    description: z.string(),
    visibility: z.enum(["listed", "hidden"]),
    requiresEntitlement: z.boolean().describe("true: sold as an add-on; false: open to every member in good standing"),
    createdAt: Instant,
  })
  .meta({ id: "Product" });

const SubscriptionShape = z
  .strictObject({
    kind: z.enum(["stripe", "lifetime", "complimentary"]),
    status: Maybe(z.string()).describe("Stripe's own word; null for what Stripe does not know of"),
    currentPeriodEnd: Maybe(Instant),
    pastDueSince: Maybe(Instant),
    endedAt: Maybe(Instant),
  })
  .meta({ id: "Subscription" });

export const MemberShape = z
  .strictObject({
    id: Id,
    email: z.string().meta({ example: "ana@example.com" }),
    name: Maybe(z.string()),
    suspendedAt: Maybe(Instant),
    subscriptions: z.array(SubscriptionShape),
    createdAt: Instant,
  })
  .meta({ id: "Member" });

export const Changed = z.boolean().describe("false: it was so already");

export const ChangedMemberShape = MemberShape.extend({ changed: Changed }).meta({ id: "ChangedMember" });

const GRANT = {
  id: Id,
  memberId: Id,
  productId: Id,
  source: z.enum(["admin", "stripe", "backfill", "group"]).describe("Who gave it"),
  sourceRef: z.string().describe("What the source calls it; empty for an admin's"),
  reason: z.string(),
  grantedAt: Instant,
  startsAt: Maybe(Instant),
  expiresAt: Maybe(Instant),
  revokedAt: Maybe(Instant),
  revokeReason: Maybe(z.string()),
};

export const GrantShape = z
  .strictObject({ ...GRANT, member: z.string().describe("The address"), product: z.string().describe("The slug") })
  .meta({ id: "Entitlement" });
export const ChangedGrantShape = z.strictObject({ ...GRANT, changed: Changed }).meta({ id: "ChangedEntitlement" });
export const ChangedProductShape = ProductShape.extend({
  changed: Changed,
  kept: z.int().describe("How many members were given a grant, so that they keep their access"),
}).meta({ id: "ChangedProduct" });

/** What `next` is the beginning of. */
export const Next = Maybe(z.string()).describe("`after` of the next page; null where there is none");

export const GroupShape = z
  .strictObject({
    id: Id,
    name: z.string().meta({ example: "Partners" }),
    description: z.string(),
    members: z.int().describe("How many are in it"),
    products: z.array(z.strictObject({ id: Id, slug: z.string(), name: z.string() })).describe("What it gives"),
    role: Maybe(z.enum(GROUP_ROLES)).describe("The team role that it gives"),
    origin: z.enum(["hand", "claim", "scim"]).describe("Who says who is in it: the team, a sign-in, the directory"),
    createdAt: Instant,
  })
  .meta({ id: "Group" });

export const ChangedGroupShape = z
  .strictObject({ id: Id, name: z.string(), description: z.string(), changed: Changed })
  .meta({ id: "ChangedGroup" });

export const GroupMemberShape = z
  .strictObject({ id: Id, email: z.string(), name: Maybe(z.string()), suspendedAt: Maybe(Instant), addedAt: Instant })
  .meta({ id: "GroupMember" });

const MOVED = {
  granted: z.int().describe("How many entitlements it gave"),
  revoked: z.int().describe("How many it ended"),
};

export const MovedShape = z.strictObject({ changed: Changed, ...MOVED }).meta({ id: "ChangedGroupGrants" });
export const JoinedGroupShape = z
  .strictObject({
    added: z.int(),
    already: z.int().describe("How many were in it already"),
    unknown: z.array(z.string()).describe("Addresses of nobody who is a member here"),
    ...MOVED,
  })
  .meta({ id: "JoinedGroup" });

const TraceStepShape = z
  .strictObject({
    rule: z.string(),
    fact: z.string().describe("What it rests on"),
    outcome: z.enum(["passed", "allowed", "denied"]),
  })
  .meta({ id: "TraceStep" });

export const AccessShape = z
  .strictObject({
    member: z.strictObject({ id: Id, email: z.string() }),
    product: z.strictObject({ id: Id, slug: z.string() }),
    allowed: z.boolean(),
    rule: z.string().describe("The rule that decided"),
    reason: Maybe(z.string()).describe("Why not, as a word; null where allowed"),
    message: Maybe(z.string()).describe("Why not, as a sentence; null where allowed"),
    warning: Maybe(z.string()).describe("What the terminal shows in the days of grace"),
    visible: z.boolean().describe("false: the member is answered as if there were no such product"),
    trace: z.array(TraceStepShape).describe("Each rule up to the one that decided, with the fact behind it"),
  })
  .meta({ id: "Access" });

export const PriceShape = z
  .strictObject({
    priceId: z.string().meta({ example: "price_1Abc" }),
    name: z.string(),
    unitAmount: Maybe(z.int()).describe("In the currency's smallest unit; null where Stripe has no fixed amount"),
    currency: z.string().meta({ example: "eur" }),
    interval: Maybe(z.string()).describe("day, week, month or year; null for what is paid once"),
    intervalCount: z.int(),
    active: z.boolean().describe("Whether Stripe still sells it"),
    membership: z.boolean().describe("Whether it pays for the membership"),
    products: z
      .array(z.strictObject({ id: Id, slug: z.string(), name: z.string() }))
      .describe("The products that it gives"),
  })
  .meta({ id: "Price" });

export const ChangedPriceShape = z.strictObject({ priceId: z.string(), changed: Changed }).meta({ id: "ChangedPrice" });

export const RecalledShape = Maybe(
  z.strictObject({ at: Instant, reason: z.string(), replacement: Maybe(z.string()).describe("What to move to") }),
).describe("That it is dangerous to use, by its vendor's word; null where it is not recalled");

export const DownloadShape = z
  .strictObject({
    id: Id,
    filename: z.string().meta({ example: "pro-2.1.0-linux-amd64.tar.gz" }),
    size: z.number().int().describe("Bytes"),
    sha256: z.string().describe("In hex, as sha512"),
    sha512: Maybe(z.string()),
    os: Maybe(z.string()),
    arch: Maybe(z.string()),
    signs: Maybe(Id).describe("The file that this one is the signature of"),
    url: z.string().describe("Where to get it, with the same token"),
    vendor: z.strictObject({ slug: z.string(), name: z.string() }),
    product: z.strictObject({ id: Id, slug: z.string(), name: z.string() }),
    release: z.strictObject({
      id: Id,
      version: z.string(),
      channel: z.string(),
      publishedAt: Maybe(Instant),
      withdrawn: Maybe(z.string()).describe("Why it should no longer be used; null where nothing speaks against it"),
      recalled: RecalledShape,
    }),
  })
  .meta({ id: "Download" });

export const LinkShape = z
  .strictObject({
    url: z.string().describe("Opens the file for who has it, without a token"),
    expiresAt: Instant,
  })
  .meta({ id: "Link" });

const FeedFileShape = z.strictObject({
  id: Id,
  filename: z.string(),
  size: z.number().int().describe("Bytes"),
  sha256: z.string(),
  sha512: Maybe(z.string()),
  os: Maybe(z.string()),
  arch: Maybe(z.string()),
  url: z.string(),
  signatures: z.array(z.string()).describe("Where its signature files are"),
});

export const UpdateShape = z
  .strictObject({
    current: Maybe(
      z.strictObject({
        version: z.string(),
        withdrawn: z.boolean(),
        reason: Maybe(z.string()),
        recalled: RecalledShape,
      }),
    ).describe("What the program has; null for a version that was never published"),
    critical: z
      .boolean()
      .describe("true: what the program has was withdrawn or recalled, and should not be used any longer"),
    update: Maybe(
      z.strictObject({
        version: z.string().meta({ example: "2.1.0" }),
        channel: z.string(),
        publishedAt: Maybe(Instant),
        notes: z.string().describe("Markdown"),
        files: z.array(FeedFileShape),
      }),
    ).describe("The highest version above it; null where there is none"),
  })
  .meta({ id: "Update" });

export const ProblemShape = z
  .strictObject({
    type: z.literal("about:blank"),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe("What is wrong and what would be right, for a person"),
    code: z.string(),
    reason: z.string().optional().describe("A word for why: the capability that is missing, the rule that denies"),
    why: z.string().optional().describe("The rule that denies and the fact behind it, in short"),
    fields: z.record(z.string(), z.string()).optional().describe("What is wrong, field by field"),
    requestId: z.string().describe("The log has it under this id"),
  })
  .meta({ id: "Problem" });
