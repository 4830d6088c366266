import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { SecondFactorForm } from "#components/account/second-factor-form.tsx";
import { Front } from "#components/shell/front.tsx";
import { findHalfSignedIn, findUser, one, safePath, signInPath } from "#lib/web/index.ts";
import { giveCode } from "./actions.ts";

export const metadata: Metadata = { title: "Second factor" };

export default async function SecondFactorPage({
  searchParams,
}: {
  searchParams: Promise<{ callbackUrl?: string | string[] }>;
}) {
  const to = safePath(one((await searchParams).callbackUrl));
  if (await findUser()) redirect(to);
  const half = await findHalfSignedIn();
  if (!half) redirect(signInPath(to));
  return (
    <Front
      title="Second factor"
      lead={`One step more, ${half.email}.`}
      footer={<p>Lost the app? A recovery code works once in its place. A passkey needs neither.</p>}
    >
      <SecondFactorForm to={to} onCode={giveCode} />
    </Front>
  );
}
