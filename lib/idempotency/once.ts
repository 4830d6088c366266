import { createHash } from "node:crypto";
import { actorKey } from "#lib/access/index.ts";
import { asOne, query, type Tx } from "#lib/db/index.ts";
import type { Ctx } from "../context.ts";
import { AppError, invalid } from "../errors.ts";

const FORM = /^[\x21-\x7e]{1,255}$/;
const KEPT_MS = 24 * 3_600_000;

/** An answer as it is sent, and kept. */
export interface Said {
  status: number;
  body: string;
  /** Whether it was given before, and this time nothing was done. */
  replayed: boolean;
}

interface Once {
  /** The Idempotency-Key header, or null. */
  key: string | null;
  /** What the request is, told apart from others by its hash. */
  request: readonly (string | Uint8Array)[];
}

/**
 * Does `work` once for a key: what it writes and what it answers are one transaction, so that a process that dies on the
 * way leaves both or neither, and the same request sent again is answered from what was kept
 * (draft-ietf-httpapi-idempotency-key-header-07). Refusals are not kept: they changed nothing.
 * @throws conflict while the same key is being worked on; invalid for another request under a key that was used
 */
export async function once(
  ctx: Ctx,
  { key, request }: Once,
  work: () => Promise<Omit<Said, "replayed">>,
): Promise<Said> {
  if (key === null) return { ...(await work()), replayed: false };
  if (!FORM.test(key)) {
    throw invalid({ "Idempotency-Key": "must be 1 to 255 visible characters of ASCII" });
  }
  const id = { tenantId: ctx.tenant.id, actor: actorKey(ctx.actor), key };
  const requestHash = hashOf(request);
  return asOne(async (tx) => {
    await hold(tx, id);
    const kept = await tx.idempotencyKey.findUnique({ where: { tenantId_actor_key: id } });
    if (kept && ctx.now.getTime() - kept.createdAt.getTime() < KEPT_MS) return replay(kept, requestHash);
    if (kept) await tx.idempotencyKey.delete({ where: { tenantId_actor_key: id } });
    const said = await work();
    await tx.idempotencyKey.create({ data: { ...id, ...said, requestHash, createdAt: ctx.now } });
    return { ...said, replayed: false };
  });
}

function replay(kept: { requestHash: string; status: number; body: string }, requestHash: string): Said {
  if (kept.requestHash !== requestHash) {
    throw invalid({ "Idempotency-Key": "was used for another request: take a new one" });
  }
  return { status: kept.status, body: kept.body, replayed: true };
}

// Of two at once the second is not kept waiting. The lock ends with the transaction, also when the process dies.
async function hold(tx: Tx, id: { tenantId: string; actor: string; key: string }): Promise<void> {
  const name = `idempotency ${id.tenantId} ${id.actor} ${id.key}`;
  const [row] = await tx.$queryRaw<{ held: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) AS held`;
  if (row?.held) return;
  throw new AppError("conflict", "A request with this Idempotency-Key is being worked on. Try again in a second.", {
    reason: "in_progress",
    retryAfterSeconds: 1,
  });
}

function hashOf(parts: Once["request"]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
}

/** Forgets what was answered more than a day ago. */
export async function forgetAnswers(now: Date = new Date()): Promise<void> {
  const createdAt = { lt: new Date(now.getTime() - KEPT_MS) };
  await query((db) => db.idempotencyKey.deleteMany({ where: { createdAt } }));
}
