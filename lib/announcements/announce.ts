import { type Announcement, query, sql, transaction } from "#lib/db/index.ts";
import { sendRound } from "#lib/mail/index.ts";
import { letterOf, type ToTell } from "./letter.ts";
import { type About, isToldSql, listRecipients } from "./recipients.ts";

/** So long a version can be taken back before anybody is told of it. */
const DELAY_MINUTES = 5;
/** What is older by then is no news: an instance that was away, or was just upgraded. */
const NEWS_DAYS = 3;
const ATTEMPTS_MAX = 5;
const BATCH = 50;

/**
 * Tells of every stable version that was published some minutes ago, once, whoever may have its product and wants to know.
 * What a mail server does not take is tried again at the next call, five times. May be ended anywhere: of what was under way
 * then, a letter may come twice.
 * @returns how many letters were sent
 */
export async function announceReleases({ signal }: { signal?: AbortSignal } = {}): Promise<{ sent: number }> {
  await beginAnnouncements();
  let sent = 0;
  const open = await query((db) => db.announcement.findMany({ where: { finishedAt: null }, orderBy: { id: "asc" } }));
  for (const announcement of open) {
    if (signal?.aborted) break;
    const outcome = await sendLetters(announcement, signal);
    sent += outcome.sent;
    if (outcome.finished) await finish(announcement);
  }
  return { sent };
}

/** An announcement for each version that is due, with a letter for each who could have it then. */
async function beginAnnouncements(): Promise<void> {
  const due = await query(
    (db) => db.$queryRaw<{ id: string }[]>`
      SELECT r.id FROM releases r JOIN products p ON p.id = r.product_id JOIN tenants t ON t.id = r.tenant_id
      WHERE r.status = 'published' AND r.channel = 'stable' AND p.archived_at IS NULL AND t.archived_at IS NULL
        AND t.deleted_at IS NULL AND r.published_at < now() - make_interval(mins => ${DELAY_MINUTES}::int)
        AND r.published_at > now() - make_interval(days => ${NEWS_DAYS}::int)
        AND NOT EXISTS (SELECT FROM announcements a WHERE a.release_id = r.id)`,
  );
  for (const { id } of due) await begin(id);
}

async function begin(releaseId: string): Promise<void> {
  await transaction(async (tx) => {
    const release = await tx.release.findUniqueOrThrow({
      where: { id: releaseId },
      include: { product: true, tenant: true },
    });
    const { tenantId } = release;
    // Of two workers one makes it.
    const [made] = await tx.announcement.createManyAndReturn({ data: [{ tenantId, releaseId }], skipDuplicates: true });
    if (!made) return;
    const members = await listRecipients(tx, release);
    const data = members.map((memberId) => ({ tenantId, announcementId: made.id, memberId }));
    await tx.announcementLetter.createMany({ data });
  });
}

async function sendLetters(of: Announcement, signal?: AbortSignal): Promise<{ sent: number; finished: boolean }> {
  const news = await findNews(of);
  // Taken back meanwhile: nobody else is told.
  if (!news) return { sent: 0, finished: true };
  const { sent, whole } = await sendRound<ToTell>(
    {
      about: `announcement ${of.id}`,
      waiting: (after) => listWaiting(of, after),
      letter: (to) => letterOf(news, to),
      note: (to, error) => note(of, to, error),
    },
    signal,
  );
  return { sent, finished: whole && (await listWaiting(of, null)).length === 0 };
}

/** The version with its product and vendor, while it can be had. */
function findNews({ tenantId, releaseId }: Announcement) {
  const there = { product: { archivedAt: null }, tenant: { archivedAt: null, deletedAt: null } };
  return query((db) =>
    db.release.findFirst({
      where: { tenantId, id: releaseId, status: "published", ...there },
      include: { product: true, tenant: true },
    }),
  );
}

/** Whoever is still to be told, may have it now, and still wants to be: asked anew for each batch. */
async function listWaiting(of: Announcement, after: string | null): Promise<ToTell[]> {
  const about: About | null = await findNews(of);
  if (!about) return [];
  return query((db) =>
    db.$queryRaw<ToTell[]>(sql`
      SELECT l.member_id::text AS "memberId", u.email FROM announcement_letters l
      JOIN members m ON m.id = l.member_id JOIN users u ON u.id = m.user_id
      WHERE l.tenant_id = ${of.tenantId}::uuid AND l.announcement_id = ${of.id}::uuid
        AND (${after}::uuid IS NULL OR l.member_id > ${after}::uuid)
        AND l.sent_at IS NULL AND l.attempts < ${ATTEMPTS_MAX} AND ${isToldSql(about)}
      ORDER BY l.member_id LIMIT ${BATCH}`),
  );
}

async function note({ tenantId, id: announcementId }: Announcement, { memberId }: ToTell, error: string | null) {
  const data = { attempts: { increment: 1 }, error, ...(error === null && { sentAt: new Date() }) };
  await query((db) => db.announcementLetter.updateMany({ where: { tenantId, announcementId, memberId }, data }));
}

async function finish({ tenantId, id }: Announcement): Promise<void> {
  await query((db) => db.announcement.updateMany({ where: { tenantId, id }, data: { finishedAt: new Date() } }));
}
