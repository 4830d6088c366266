import { record } from "#lib/audit/index.ts";
import { transaction } from "#lib/db/index.ts";

/**
 * Ends every session of an account for the next request: a cookie that was copied ends with the one it was copied from.
 * An account that is gone has none.
 */
export async function signOut(userId: string, from: { requestId: string }): Promise<void> {
  await transaction(async (tx) => {
    const ended = await tx.user.updateManyAndReturn({
      where: { id: userId },
      data: { sessionVersion: { increment: 1 } },
      select: { id: true, email: true },
    });
    for (const { id, email } of ended) {
      await record(
        tx,
        { tenant: null, actor: { type: "user", id, email, role: null }, requestId: from.requestId },
        { action: "session.ended", subject: { type: "user", id, label: email } },
      );
    }
  });
}
