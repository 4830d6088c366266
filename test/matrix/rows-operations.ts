import { db } from "#lib/db/index.ts";
import { newId } from "#lib/ids.ts";
import type { Row } from "./cell.ts";
import type { Side } from "./world.ts";

const TEAM = { audience: "team" } as const;

/** Of a kind that no worker does. */
const aRun = async ({ fixture }: Side) => {
  const capabilities = { viewCapability: "provider.view", startCapability: "provider.syncInventory" };
  const about = { kind: `matrix.${newId()}`, label: "Matrix", startedBy: "system", startedByLabel: "Purser" };
  const data = { tenantId: fixture.tenant.id, ...about, ...capabilities, requestId: "matrix" };
  return (await db().operationRun.create({ data })).id;
};

/** Runs and what starts them. */
export const OPERATION_ROWS: readonly Row[] = [
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
