import type { Metadata } from "next";
import { ChangeEmail } from "#components/account/change-email.tsx";
import { ProfileForm } from "#components/account/profile-form.tsx";
import { Section } from "#components/account/section.tsx";
import { PageHeader } from "#components/ui/page-header.tsx";
import { findOwnAccount } from "#lib/identity/index.ts";
import { onPage, requireAccount } from "#lib/web/index.ts";
import { askEmail, rename } from "./actions.ts";

export const metadata: Metadata = { title: "Profile" };

export default async function ProfilePage() {
  const { ctx } = await requireAccount("/account");
  const { name, email, hasPassword } = await onPage(() => findOwnAccount(ctx));
  return (
    <>
      <PageHeader title="Profile">Who you are in every workspace that you belong to.</PageHeader>
      <Section title="Name" lead="Teams and vendors see it beside your address.">
        <ProfileForm name={name} onRename={rename} />
      </Section>
      <Section title="Email address" lead={email} action={<ChangeEmail hasPassword={hasPassword} onAsk={askEmail} />} />
    </>
  );
}
