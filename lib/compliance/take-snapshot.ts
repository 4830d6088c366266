import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { z } from "zod";
import { actorKey, actorLabel } from "#lib/access/index.ts";
import { demand, record } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";
import { defineRun, type StartedRun, startRun } from "#lib/runs/index.ts";
import type { Ctx } from "../context.ts";
import { plural } from "../format.ts";
import { newId } from "../ids.ts";
import { canonicalJson } from "./canonical-json.ts";
import { countsOf } from "./picture.ts";
import { readPicture } from "./read-picture.ts";
import { signed } from "./signing.ts";

const zipped = promisify(gzip);

const Nothing = z.strictObject({});
// A workspace has one; the run leads to the page.
const SUBJECT = { id: "", label: "Compliance", page: "compliance" } as const;

/** Has a picture of who may have what taken and signed. @throws forbidden without `provider.snapshotCompliance` */
export async function takeSnapshot(ctx: Ctx): Promise<StartedRun> {
  await demand(ctx, "provider.snapshotCompliance");
  return transaction((tx) => startRun(tx, ctx, { run: snapshotRun, subject: SUBJECT, input: {} }));
}

export const snapshotRun = defineRun({
  kind: "snapshot.take",
  label: "Compliance snapshot",
  view: "provider.view",
  start: "provider.snapshotCompliance",
  input: Nothing,
  onDeath: "again",
  async perform({ ctx, finish, ...run }) {
    const picture = await readPicture(ctx, run);
    run.report({ phase: "signing" });
    const text = canonicalJson(picture);
    const { sha256, value: signature, publicKey } = signed(text);
    const content = await zipped(text);
    const counts = countsOf(picture);
    const summary = `${plural(counts.members, "member")}, ${plural(counts.grants, "grant")}, ${counts.team} in the team.`;
    const id = newId();
    const by = {
      takenBy: actorKey(ctx.actor),
      takenByLabel: actorLabel(ctx.actor),
      takenAt: new Date(picture.takenAt),
    };
    return transaction(async (tx) => {
      const data = {
        id,
        tenantId: ctx.tenant.id,
        ...by,
        content: new Uint8Array(content),
        sha256,
        signature,
        publicKey,
      };
      await tx.complianceSnapshot.create({ data: { ...data, counts } });
      const subject = { type: "snapshot", id, label: picture.takenAt };
      await record(tx, ctx, { action: "compliance.snapshot_taken", subject, after: { sha256, ...counts } });
      return finish(tx, { summary, details: { snapshot: id } });
    });
  },
});
