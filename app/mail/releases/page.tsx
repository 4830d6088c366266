import type { Metadata } from "next";
import { MailChoice } from "#components/mail/mail-choice.tsx";
import { Front } from "#components/shell/front.tsx";
import { Notice } from "#components/shell/notice.tsx";
import { findMailPreference } from "#lib/announcements/index.ts";
import { one, onPage } from "#lib/web/index.ts";
import { choose } from "./actions.ts";

export const metadata: Metadata = { title: "Mail about new versions", robots: { index: false } };

interface Props {
  searchParams: Promise<{ token?: string | string[] }>;
}

/** Where a letter's link leads. Opening it changes nothing: mail programs open links before people do. */
export default async function ReleaseMailPage({ searchParams }: Props) {
  const token = one((await searchParams).token) ?? "";
  const preference = token ? await onPage(() => findMailPreference(token)) : null;
  if (!preference) return <NoLink />;
  const { tenant, email, wanted } = preference;
  return (
    <Front title="Mail about new versions" lead={`From ${tenant.name}, to ${email}.`}>
      <MailChoice wanted={wanted} onChoose={choose.bind(null, token)} />
    </Front>
  );
}

function NoLink() {
  return (
    <main>
      <Notice title="This link is not whole">
        Open it once more from the newest letter about a version; it may have been cut where a line ends.
      </Notice>
    </main>
  );
}
