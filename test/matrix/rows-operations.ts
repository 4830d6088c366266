import { listSnapshots, snapshotRun, takeSnapshot } from "#lib/compliance/index.ts";
import { db } from "#lib/db/index.ts";
import { newId } from "#lib/ids.ts";
import { performRuns } from "#lib/runs/index.ts";
import type { Cell, Row } from "./cell.ts";
import type { Side } from "./world.ts";

const TEAM = { audience: "team" } as const;

/** Of a kind that no worker does. */
const aRun = async ({ fixture }: Side) => {
  const capabilities = { viewCapability: "provider.view", startCapability: "provider.syncInventory" };
  const about = { kind: `matrix.${newId()}`, label: "Matrix", startedBy: "system", startedByLabel: "Purser" };
  const data = { tenantId: fixture.tenant.id, ...about, ...capabilities, requestId: "matrix" };
  return (await db().operationRun.create({ data })).id;
};

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

const aSnapshot = async ({ fixture }: Side) => {
  await takeSnapshot(fixture.ctx);
  await performRuns({ signal: new AbortController().signal, runs: [snapshotRun] });
  return (await listSnapshots(fixture.ctx)).snapshots[0]?.id ?? "";
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
