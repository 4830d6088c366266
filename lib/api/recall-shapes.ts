import { z } from "zod";
import { FETCHER_KINDS, type Fetcher, type RecallView } from "#lib/recalls/index.ts";
import { Changed, Id, Instant, Maybe } from "./shapes.ts";

/** What the API shows of recalls and of who fetched something, and the rows as that. */
const RECALL = {
  id: Id,
  product: z.strictObject({ id: Id, slug: z.string(), name: z.string() }),
  label: z.string().describe("The version, or name@digest").meta({ example: "2.1.0" }),
  releaseId: Maybe(Id).describe("null for the recall of an image"),
  repositoryId: Maybe(Id).describe("null for the recall of a release, as digest"),
  digest: Maybe(z.string()),
  reason: z.string().meta({ example: "It loses data on 32-bit systems." }),
  replacement: Maybe(z.string()).describe("What to move to"),
  recalledAt: Instant,
  liftedAt: Maybe(Instant).describe("null while it stands"),
  liftReason: Maybe(z.string()),
  letters: z
    .strictObject({ sent: z.int(), waiting: z.int(), failed: z.int().describe("Tried five times") })
    .describe("How far the letters to members are"),
};

export const RecallShape = z.strictObject(RECALL).meta({ id: "Recall" });
export const ChangedRecallShape = z.strictObject({ ...RECALL, changed: Changed }).meta({ id: "ChangedRecall" });
export const NotifiedShape = z
  .strictObject({
    letters: z.int().describe("To members who were not told yet"),
    again: z.int().describe("To members whose letter could not be sent before"),
  })
  .meta({ id: "Notified" });

export const FetcherShape = z
  .strictObject({
    kind: z.enum(FETCHER_KINDS),
    label: z
      .string()
      .describe("An address, a robot's name, or “somebody who is gone”")
      .meta({ example: "ana@example.com" }),
    memberId: Maybe(Id),
    firstAt: Instant,
    lastAt: Instant,
    times: z.int(),
    things: z.array(
      z.strictObject({
        what: z.string().describe("A file's name, or repository:tag@digest with the digest in short"),
        firstAt: Instant,
        lastAt: Instant,
        times: z.int(),
      }),
    ),
  })
  .meta({ id: "Fetcher" });

export function viewRecallRow(recall: RecallView) {
  const { id, product, label, releaseId, repositoryId, digest, reason, replacement } = recall;
  const { recalledAt, liftedAt, liftReason, letters } = recall;
  return {
    ...{ id, product, label, releaseId, repositoryId, digest, reason, replacement },
    ...{ recalledAt, liftedAt, liftReason, letters },
  };
}

export function viewFetcher({ kind, label, memberId, firstAt, lastAt, times, things }: Fetcher) {
  return { kind, label, memberId, firstAt, lastAt, times, things };
}
