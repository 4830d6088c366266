import { db } from "#lib/db/index.ts";
import { previewPolicy } from "#lib/enforcement/index.ts";
import { newId } from "#lib/ids.ts";
import { createPolicy } from "#lib/policies/index.ts";
import type { Cell, Row } from "./cell.ts";
import type { Side } from "./world.ts";

const TEAM = { audience: "team" } as const;

/** What its page knows of a policy by the time that something is done with it. */
const KNOWN = new Map<string, { name: string; fingerprint: string }>();
const nameOf = (id: string) => KNOWN.get(id)?.name ?? "";
const lookedAt = (id: string) => KNOWN.get(id)?.fingerprint ?? "0";

/** One that rules no tag there is, so that many may be in force at once: each names a product of its own. */
const aPolicy =
  (state: "draft" | "active" | "archived") =>
  async ({ fixture }: Side): Promise<string> => {
    const [product, name] = [await fixture.addProduct(), newId()];
    const document = { products: [product.slug], patterns: ["never-*"] };
    const { policyId } = await createPolicy(fixture.ctx, { kind: "immutability", name, document });
    if (state !== "draft") await db().policyVersion.updateMany({ where: { policyId }, data: { state } });
    const { fingerprint } = await previewPolicy(fixture.ctx, { policyId, number: state === "active" ? null : 1 });
    KNOWN.set(policyId, { name, fingerprint });
    return policyId;
  };

const [drafted, active, archived] = [aPolicy("draft"), aPolicy("active"), aPolicy("archived")];

const key = (childId: string) => ({ policyId: childId, number: 1 });
const document = { products: [], patterns: ["never-*"] };
const onPolicy = ({ slug, childId }: Cell) => `/t/${slug}/policies/${childId}`;
const onVersion = (cell: Cell) => `${onPolicy(cell)}/1`;
const edit = { ...TEAM, capability: "policy.edit" } as const;
const ACTIONS = "action app/t/[tenant]/policies/actions#";

/** Policies, their versions and what is done with them. */
export const POLICY_ROWS: readonly Row[] = [
  { surface: "page /t/[tenant]/policies", ...TEAM },
  { surface: "page /t/[tenant]/policies/new", ...TEAM },
  { surface: "page /t/[tenant]/policies/[id]", ...TEAM, child: drafted },
  { surface: "page /t/[tenant]/policies/[id]/[number]", ...TEAM, child: drafted, path: onVersion },
  {
    surface: `${ACTIONS}addPolicy`,
    ...edit,
    path: ({ slug }) => `/t/${slug}/policies/new?kind=immutability`,
    input: () => ["immutability", { name: newId(), description: "", note: "", document }],
  },
  {
    surface: `${ACTIONS}rename`,
    ...edit,
    child: drafted,
    path: onPolicy,
    input: ({ childId }) => [childId, { name: newId(), description: "" }],
  },
  {
    surface: `${ACTIONS}beginDraft`,
    ...edit,
    child: archived,
    path: onVersion,
    input: ({ childId }) => [key(childId)],
  },
  {
    surface: `${ACTIONS}writeDraft`,
    ...edit,
    child: drafted,
    path: onVersion,
    input: ({ childId }) => [key(childId), { document, note: "Written anew." }],
  },
  {
    surface: `${ACTIONS}throwAway`,
    ...edit,
    child: drafted,
    path: onVersion,
    input: ({ childId }) => [key(childId)],
  },
  {
    surface: `${ACTIONS}preview`,
    ...TEAM,
    child: drafted,
    path: onVersion,
    input: ({ childId }) => [key(childId)],
  },
  {
    surface: `${ACTIONS}activate`,
    ...edit,
    child: drafted,
    path: onVersion,
    input: ({ childId }) => [key(childId), lookedAt(childId)],
  },
  {
    surface: `${ACTIONS}restore`,
    ...TEAM,
    capability: "policy.restore",
    child: archived,
    path: onVersion,
    input: ({ childId }) => [key(childId), lookedAt(childId)],
  },
  {
    surface: `${ACTIONS}archive`,
    ...TEAM,
    capability: "policy.archive",
    child: active,
    path: onPolicy,
    input: ({ childId }) => [childId, lookedAt(childId)],
  },
  {
    surface: `${ACTIONS}previewPrune`,
    ...TEAM,
    child: archived,
    path: onPolicy,
    input: ({ childId }) => [childId, { keepLast: 0, olderThanDays: 0 }],
  },
  {
    surface: `${ACTIONS}prune`,
    ...TEAM,
    capability: "policy.prune",
    child: archived,
    path: onPolicy,
    input: ({ childId }) => [childId, { keepLast: 0, olderThanDays: 0, expected: [1] }],
  },
  {
    surface: `${ACTIONS}forceDelete`,
    ...TEAM,
    capability: "policy.forceDelete",
    child: archived,
    path: onPolicy,
    input: ({ childId }) => [childId, nameOf(childId)],
  },
];

const OF = { ...TEAM, child: drafted } as const;

/** The same by the API. */
export const POLICY_API_ROWS: readonly Row[] = [
  { surface: "api GET /v1/policies", ...TEAM, capability: "policy.view" },
  { surface: "api POST /v1/policies", ...edit, input: () => ({ kind: "immutability", name: newId(), document }) },
  { surface: "api GET /v1/policies/<policy>", ...OF, capability: "policy.view" },
  {
    surface: "api PATCH /v1/policies/<policy>",
    ...OF,
    capability: "policy.edit",
    input: () => ({ name: newId(), description: "" }),
  },
  {
    surface: "api POST /v1/policies/<policy>/drafts",
    ...edit,
    child: archived,
    input: () => ({ number: 1 }),
  },
  {
    surface: "api PUT /v1/policies/<policy>/draft",
    ...OF,
    capability: "policy.edit",
    input: () => ({ number: 1, document, note: newId() }),
  },
  { surface: "api DELETE /v1/policies/<policy>/draft", ...OF, capability: "policy.edit", input: () => ({ number: 1 }) },
  {
    surface: "api POST /v1/policies/<policy>/preview",
    ...OF,
    capability: "policy.view",
    input: () => ({ number: 1 }),
  },
  {
    surface: "api POST /v1/policies/<policy>/activate",
    ...OF,
    capability: "policy.edit",
    input: ({ childId }) => ({ number: 1, fingerprint: lookedAt(childId) }),
  },
  {
    surface: "api POST /v1/policies/<policy>/restore",
    ...TEAM,
    capability: "policy.restore",
    child: archived,
    input: ({ childId }) => ({ number: 1, fingerprint: lookedAt(childId) }),
  },
  {
    surface: "api POST /v1/policies/<policy>/archive",
    ...TEAM,
    capability: "policy.archive",
    child: active,
    input: ({ childId }) => ({ fingerprint: lookedAt(childId) }),
  },
  {
    surface: "api POST /v1/policies/<policy>/prune/preview",
    ...TEAM,
    capability: "policy.view",
    child: archived,
    input: () => ({ keepLast: 0, olderThanDays: 0 }),
  },
  {
    surface: "api POST /v1/policies/<policy>/prune",
    ...TEAM,
    capability: "policy.prune",
    child: archived,
    input: () => ({ keepLast: 0, olderThanDays: 0, expected: [1] }),
  },
  {
    surface: "api DELETE /v1/policies/<policy>",
    ...TEAM,
    capability: "policy.forceDelete",
    child: archived,
    input: ({ childId }) => ({ confirm: nameOf(childId) }),
  },
];
