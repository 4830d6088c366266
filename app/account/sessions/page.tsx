import type { Metadata } from "next";
import { ClientsTable } from "#components/account/clients-table.tsx";
import { EndSession } from "#components/account/end-session.tsx";
import { Section } from "#components/account/section.tsx";
import { SessionsTable } from "#components/account/sessions-table.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { browserInWords, configuredProviders, listSessions, listSignedInClients } from "#lib/identity/index.ts";
import { onPage, requireAccount } from "#lib/web/index.ts";
import { endClient, endOne, endOthers } from "./actions.ts";

export const metadata: Metadata = { title: "Sessions" };

const METHODS: Record<string, string> = { password: "Password", passkey: "Passkey" };

export default async function SessionsPage() {
  const { ctx, user } = await requireAccount("/account/sessions");
  const [rows, clients] = await onPage(() => Promise.all([listSessions(ctx), listSignedInClients(ctx)]));
  const names = Object.fromEntries(configuredProviders().map(({ id, name }) => [id, name]));
  const sessions = rows.map(({ userAgent, method, ...row }) => ({
    ...row,
    browser: browserInWords(userAgent),
    method: METHODS[method] ?? names[method] ?? method,
    isThis: row.id === user.sessionId,
  }));
  const others = (
    <EndSession
      button={{ text: "Sign out all others" }}
      title="Sign out every other browser?"
      consequence="Only this browser stays signed in. What docker got with your password ends, too; personal tokens go on."
      onEnd={endOthers}
    />
  );
  return (
    <>
      <PageHeader title="Sessions" action={sessions.length > 1 ? others : null}>
        The browsers in which you are signed in. Sign out what you don't know.
      </PageHeader>
      <SessionsTable sessions={sessions} now={ctx.now} onRevoke={endOne} />
      {clients.length > 0 ? (
        <Section
          title="Container clients"
          lead="docker and others that keep a sign-in instead of your password or token."
        >
          <ClientsTable clients={clients} now={ctx.now} onSignOut={endClient} />
        </Section>
      ) : null}
    </>
  );
}
