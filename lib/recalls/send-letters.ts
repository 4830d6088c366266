import { query } from "#lib/db/index.ts";
import { sendRound } from "#lib/mail/index.ts";
import { personsSql } from "./fetched-sql.ts";
import { letterOf, type ToWarn, type Warned } from "./letter.ts";
import { ATTEMPTS_MAX } from "./notify-fetchers.ts";

const BATCH = 200;

/**
 * Sends the letters of all recalls that wait. What a mail server does not take is tried again at the next call, five times. May
 * be ended anywhere: of what was under way then, a letter may come twice.
 * @returns how many letters were sent
 */
export async function sendRecallLetters({ signal }: { signal?: AbortSignal } = {}): Promise<{ sent: number }> {
  let sent = 0;
  for (const recall of await listOpen()) {
    if (signal?.aborted) break;
    const round = await sendRound<ToWarn>(
      {
        about: `recall ${recall.id}`,
        waiting: (after) => listWaiting(recall, after),
        letter: (to) => letterOf(recall, to),
        note: (to, error) => note(recall, to, error),
      },
      signal,
    );
    sent += round.sent;
  }
  return { sent };
}

// One that was lifted meanwhile is told to nobody else.
function listOpen(): Promise<Warned[]> {
  const waiting = { sentAt: null, attempts: { lt: ATTEMPTS_MAX } };
  return query((db) =>
    db.recall.findMany({
      where: { liftedAt: null, letters: { some: waiting }, tenant: { deletedAt: null } },
      include: {
        product: { select: { slug: true, name: true } },
        tenant: { select: { id: true, slug: true, name: true } },
      },
      orderBy: { id: "asc" },
    }),
  );
}

/** Whoever still waits, with what they fetched; nobody once the recall was lifted. */
function listWaiting({ id, tenant }: Warned, after: string): Promise<ToWarn[]> {
  const thing = { recallId: id };
  return query(
    (db) => db.$queryRaw<ToWarn[]>`
      WITH RECURSIVE ${personsSql({ tenant }, thing)}, waiting AS (
        SELECT l.member_id, u.email FROM recall_letters l
        JOIN recalls c ON c.id = l.recall_id AND c.lifted_at IS NULL
        JOIN members m ON m.id = l.member_id JOIN users u ON u.id = m.user_id
        WHERE l.recall_id = ${id}::uuid AND l.member_id > ${after}::uuid AND l.sent_at IS NULL
          AND l.attempts < ${ATTEMPTS_MAX}
        ORDER BY l.member_id LIMIT ${BATCH}
      )
      SELECT w.member_id::text AS "memberId", w.email, coalesce(
        (SELECT json_agg(json_build_object('what', what, 'lastAt', last_at) ORDER BY last_at DESC, what)
          FROM persons WHERE persons.member_id = w.member_id), '[]') AS things
      FROM waiting w ORDER BY w.member_id`,
  );
}

async function note({ tenant, id: recallId }: Warned, { memberId }: ToWarn, error: string | null): Promise<void> {
  const data = { attempts: { increment: 1 }, error, ...(error === null && { sentAt: new Date() }) };
  await query((db) => db.recallLetter.updateMany({ where: { tenantId: tenant.id, recallId, memberId }, data }));
}
