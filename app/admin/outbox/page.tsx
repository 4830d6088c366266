import type { Metadata } from "next";
import { Letters } from "#components/instance/letters.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { listOutboxLetters } from "#lib/instance/index.ts";
import { onPage, requireInstanceAdmin } from "#lib/web/index.ts";

export const metadata: Metadata = { title: "Outbox" };

export default async function OutboxPage() {
  const { ctx } = await requireInstanceAdmin("/admin/outbox");
  const letters = await onPage(() => listOutboxLetters(ctx));
  return (
    <>
      <PageHeader title="Outbox">
        There is no mail server in the settings, so letters stay here. The last fifty, the newest first.
      </PageHeader>
      {letters.length === 0 ? (
        <EmptyState title="No letters yet">Invite somebody or reset a password: the letter comes here.</EmptyState>
      ) : (
        <Letters letters={letters} now={ctx.now} />
      )}
    </>
  );
}
