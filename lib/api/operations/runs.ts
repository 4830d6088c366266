import { z } from "zod";
import { listSnapshots, SnapshotFilter, takeSnapshot, viewSnapshot } from "#lib/compliance/index.ts";
import { checkProvider, listProviders, syncProvider } from "#lib/providers/index.ts";
import { listRuns, RunFilter, viewRunWithLog } from "#lib/runs/index.ts";
import { type Operation, team } from "../operation.ts";
import { RunShape, RunWithLogShape, StartedRunShape, viewLog, viewRunRow, viewStarted } from "../run-shapes.ts";
import { Id, Instant, Maybe, Next } from "../shapes.ts";

const group = "Operations";
const ofRun = z.strictObject({ run: z.uuid().describe("The run's id") });
const ofKind = z.strictObject({
  kind: z.enum(["stripe", "upstream", "directory", "store", "mail"]).describe("The provider's kind"),
});
const Which = z.strictObject({
  ref: z.string().max(64).default("").describe("The upstream registry's id; nothing for what there is one of"),
});
const ofSnapshot = z.strictObject({ snapshot: z.uuid().describe("The snapshot's id") });

const ProviderShape = z
  .strictObject({
    kind: z.string(),
    ref: z.string(),
    name: z.string(),
    where: z.string(),
    health: Maybe(z.enum(["ok", "warning", "failed"])).describe("null: never checked"),
    problems: z.array(
      z.strictObject({ check: z.string(), state: z.string(), words: z.string(), fix: z.string().optional() }),
    ),
    checkedAt: Maybe(Instant),
    syncedAt: Maybe(Instant),
    differing: z.int().describe("Differences that the last sync found"),
  })
  .meta({ id: "Provider" });

const SnapshotShape = z
  .strictObject({
    id: Id,
    takenAt: Instant,
    takenBy: z.string(),
    sha256: z.string(),
    counts: z.record(z.string(), z.int()),
  })
  .meta({ id: "Snapshot" });

export const RUN_OPERATIONS: readonly Operation[] = [
  team({
    method: "GET",
    path: "/v1/providers",
    summary: "List what a workspace depends on, with its state",
    group,
    needs: "provider.view",
    response: z.strictObject({ providers: z.array(ProviderShape) }),
    answer: async ({ ctx }) => ({ providers: (await listProviders(ctx)).providers }),
  }),
  team({
    method: "POST",
    path: "/v1/providers/{kind}/check",
    summary: "Check a provider's health",
    description: "A run, begun within a minute; one that is under way is the same.",
    group,
    needs: "provider.checkHealth",
    keyed: false,
    params: ofKind,
    body: Which,
    response: StartedRunShape,
    answer: async ({ ctx, params, body }) => viewStarted(await checkProvider(ctx, { ...params, ...body })),
  }),
  team({
    method: "POST",
    path: "/v1/providers/{kind}/sync",
    summary: "Compare what a provider has with what is here",
    description: "A run, begun within a minute, that changes nothing; one that is under way is the same.",
    group,
    needs: "provider.syncInventory",
    keyed: false,
    params: ofKind,
    body: Which,
    response: StartedRunShape,
    answer: async ({ ctx, params, body }) => viewStarted(await syncProvider(ctx, { ...params, ...body })),
  }),
  team({
    method: "GET",
    path: "/v1/runs",
    summary: "List runs, newest first",
    group,
    needs: "provider.view",
    query: RunFilter.extend({ limit: z.coerce.number().int().min(1).max(100).optional() }),
    response: z.strictObject({ runs: z.array(RunShape), next: Next }),
    answer: async ({ ctx, query }) => {
      const { runs, next } = await listRuns(ctx, query);
      return { runs: runs.map(viewRunRow), next };
    },
  }),
  team({
    method: "GET",
    path: "/v1/runs/{run}",
    summary: "See a run, its progress and its log",
    group,
    needs: "provider.view",
    params: ofRun,
    response: RunWithLogShape,
    answer: async ({ ctx, params }) => {
      const { run, lines } = await viewRunWithLog(ctx, params.run);
      return { ...viewRunRow(run), log: viewLog(lines) };
    },
  }),
  team({
    method: "GET",
    path: "/v1/snapshots",
    summary: "List compliance snapshots, newest first",
    group,
    needs: "provider.view",
    query: SnapshotFilter,
    response: z.strictObject({ snapshots: z.array(SnapshotShape), next: Next }),
    answer: async ({ ctx, query }) => {
      const { snapshots, next } = await listSnapshots(ctx, query);
      return { snapshots: snapshots.map(({ takenByLabel: takenBy, ...one }) => ({ ...one, takenBy })), next };
    },
  }),
  team({
    method: "POST",
    path: "/v1/snapshots",
    summary: "Take a compliance snapshot",
    description: "A run, begun within a minute.",
    group,
    needs: "provider.snapshotCompliance",
    keyed: false,
    response: StartedRunShape,
    answer: async ({ ctx }) => viewStarted(await takeSnapshot(ctx)),
  }),
  team({
    method: "GET",
    path: "/v1/snapshots/{snapshot}",
    summary: "Get a compliance snapshot with its signature",
    description: "As `scripts/verify-snapshot.mjs` checks it.",
    group,
    needs: "provider.view",
    params: ofSnapshot,
    response: z.strictObject({
      signature: z.strictObject({
        algorithm: z.string(),
        publicKey: z.string(),
        sha256: z.string(),
        value: z.string(),
      }),
      snapshot: z.looseObject({ format: z.string(), takenAt: Instant }),
    }),
    answer: async ({ ctx, params: { snapshot: id } }) => {
      const { signature, picture } = await viewSnapshot(ctx, id);
      return { signature, snapshot: picture };
    },
  }),
];
