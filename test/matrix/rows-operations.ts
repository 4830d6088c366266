import { setTimeout as sleep } from "node:timers/promises";
import { snapshotRun, takeSnapshot } from "#lib/compliance/index.ts";
import { type ComplianceSnapshot, db } from "#lib/db/index.ts";
import { performRuns } from "#lib/runs/index.ts";
import { freshTenant } from "#lib/testing/index.ts";
import type { Cell, Row } from "./cell.ts";
import { aRun } from "./held-runs.ts";
import type { Side } from "./world.ts";

const TEAM = { audience: "team" } as const;

/** One under way, so that what is asked for is that one, and no worker changes anything after the cell. */
const aRunOf = (kind: string) => async (side: Side) => {
  const id = await aRun(side);
  const of = { tenantId: side.fixture.tenant.id, kind, subjectId: "store" };
  await db().operationRun.deleteMany({ where: of });
  const busy = { state: "running", leaseUntil: new Date(Date.now() + 86_400_000) } as const;
  await db().operationRun.update({ where: { id }, data: { ...of, ...busy } });
  return id;
};

// The store is there in every tenant; a reference is what it has none of.
const onStore = ({ slug }: Cell) => `/t/${slug}/providers/store`;
const theStore = {
  path: onStore,
  input: ({ target, childId }: Cell) => ({ kind: "store", ref: target.child === "own" ? "" : childId }),
};

let sample: Promise<ComplianceSnapshot> | undefined;

/** Taken once, by the server under test or by this process, whoever comes first. */
async function aSample(): Promise<ComplianceSnapshot> {
  const { ctx } = await freshTenant();
  await takeSnapshot(ctx);
  const signal = AbortSignal.timeout(60_000);
  for (;;) {
    await performRuns({ signal, runs: [snapshotRun] });
    const taken = await db().complianceSnapshot.findFirst({ where: { tenantId: ctx.tenant.id } });
    if (taken) return taken;
    signal.throwIfAborted();
    await sleep(200);
  }
}

const aSnapshot = async ({ fixture }: Side) => {
  sample ??= aSample();
  const { id: _, counts, ...one } = await sample;
  const data = { ...one, tenantId: fixture.tenant.id, counts: counts ?? {} };
  return (await db().complianceSnapshot.create({ data })).id;
};

/** Providers, runs and what starts them. */
export const OPERATION_ROWS: readonly Row[] = [
  { surface: "page /t/[tenant]/providers", ...TEAM },
  {
    surface: "page /t/[tenant]/providers/[...provider]",
    ...TEAM,
    path: ({ slug }) => `/t/${slug}/providers/mail`,
  },
  {
    surface: "action app/t/[tenant]/providers/actions#check",
    ...TEAM,
    capability: "provider.checkHealth",
    child: aRunOf("provider.check"),
    ...theStore,
  },
  {
    surface: "action app/t/[tenant]/providers/actions#sync",
    ...TEAM,
    capability: "provider.syncInventory",
    child: aRunOf("provider.sync"),
    ...theStore,
  },
  { surface: "page /t/[tenant]/compliance", ...TEAM },
  { surface: "page /t/[tenant]/compliance/[id]", ...TEAM, child: aSnapshot },
  {
    surface: "page /t/[tenant]/compliance/compare",
    ...TEAM,
    child: aSnapshot,
    path: ({ slug, childId }) => `/t/${slug}/compliance/compare?from=${childId}&to=${childId}`,
  },
  { surface: "route /t/[tenant]/compliance/[id]/export", ...TEAM, supportToo: true, child: aSnapshot },
  {
    surface: "action app/t/[tenant]/compliance/actions#take",
    ...TEAM,
    capability: "provider.snapshotCompliance",
    path: ({ slug }) => `/t/${slug}/compliance`,
    input: () => [],
  },
  { surface: "page /t/[tenant]/runs", ...TEAM },
  { surface: "page /t/[tenant]/runs/[id]", ...TEAM, child: aRun },
  {
    surface: "route /t/[tenant]/runs/[id]/events",
    ...TEAM,
    supportToo: true,
    // One that is over: the stream of another would not end.
    child: async (side) => {
      const id = await aRun(side);
      await db().operationRun.update({ where: { id }, data: { state: "done", finishedAt: new Date() } });
      return id;
    },
  },
  {
    surface: "action app/t/[tenant]/runs/actions#cancel",
    ...TEAM,
    capability: "provider.syncInventory",
    child: aRun,
    path: ({ slug, childId }) => `/t/${slug}/runs/${childId}`,
    input: ({ childId }) => childId,
  },
];

const kindOf = ({ target }: Cell) => (target.child === "own" ? "store" : "directory");
const onKind = (verb: string) => ({
  path: (cell: Cell) => `/v1/providers/${kindOf(cell)}/${verb}?tenant=${cell.slug}`,
  input: () => ({}),
});

/** The same over the API. */
export const OPERATION_API_ROWS: readonly Row[] = [
  { surface: "api GET /v1/providers", ...TEAM, capability: "provider.view" },
  {
    surface: "api POST /v1/providers/<kind>/check",
    ...TEAM,
    capability: "provider.checkHealth",
    child: aRunOf("provider.check"),
    ...onKind("check"),
  },
  {
    surface: "api POST /v1/providers/<kind>/sync",
    ...TEAM,
    capability: "provider.syncInventory",
    child: aRunOf("provider.sync"),
    ...onKind("sync"),
  },
  { surface: "api GET /v1/runs", ...TEAM, capability: "provider.view" },
  { surface: "api GET /v1/runs/<run>", ...TEAM, capability: "provider.view", child: aRun },
  { surface: "api GET /v1/snapshots", ...TEAM, capability: "provider.view" },
  { surface: "api POST /v1/snapshots", ...TEAM, capability: "provider.snapshotCompliance", input: () => ({}) },
  { surface: "api GET /v1/snapshots/<snapshot>", ...TEAM, capability: "provider.view", child: aSnapshot },
];
