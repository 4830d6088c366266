import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AskByEmail } from "#components/account/ask-by-email.tsx";
import { Front, TextLink } from "#components/shell/front.tsx";
import { signUpIsOpen } from "#lib/identity/index.ts";
import { findUser, one, ownPath, type Query, signInPath } from "#lib/web/index.ts";
import { askToRegister } from "./actions.ts";

export const metadata: Metadata = { title: "Create an account" };

export default async function RegisterPage({ searchParams }: { searchParams: Promise<Query> }) {
  const asked = one((await searchParams).callbackUrl);
  const leadsTo = asked && ownPath(asked);
  if (await findUser()) redirect(leadsTo ?? "/tenants");
  const footer = (
    <p>
      You have an account? <TextLink href={leadsTo ? signInPath(leadsTo) : "/sign-in"}>Sign in</TextLink>
    </p>
  );
  if (!signUpIsOpen()) {
    return (
      <Front
        title="Accounts are by invitation"
        lead="Ask the vendor whose software you use to invite you: the invitation's link makes the account."
        footer={footer}
      >
        {null}
      </Front>
    );
  }
  return (
    <Front title="Create an account" lead="A letter with a link proves that the address is yours." footer={footer}>
      <AskByEmail
        button="Send me the link"
        sent="There is a letter with a link that makes the account."
        leadsTo={leadsTo}
        onAsk={askToRegister}
      />
    </Front>
  );
}
