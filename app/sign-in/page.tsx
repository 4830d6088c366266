import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { OtherWaysIn } from "#components/account/other-ways-in.tsx";
import { Front, TextLink } from "#components/shell/front.tsx";
import { SignInForm } from "#components/shell/sign-in-form.tsx";
import { configuredProviders, signUpIsOpen } from "#lib/identity/index.ts";
import {
  CONNECTIONS_PATH,
  findHalfSignedIn,
  findUser,
  one,
  ownPath,
  secondFactorPath,
  signInPath,
} from "#lib/web/index.ts";
import { askForPasskey } from "./actions.ts";
import { problemOf } from "./problems.ts";

export const metadata: Metadata = { title: "Sign in" };

interface Props {
  searchParams: Promise<Record<"callbackUrl" | "error" | "via" | "done", string | string[] | undefined>>;
}

export default async function SignInPage({ searchParams }: Props) {
  const { callbackUrl, error, via, done } = await searchParams;
  const to = ownPath(one(callbackUrl));
  // Back from a provider that was to be connected, without success: that page says so.
  const connecting = one(error) && to === CONNECTIONS_PATH;
  if (await findUser()) redirect(connecting ? `${to}?error=connecting` : to);
  if (await findHalfSignedIn()) redirect(secondFactorPath(to));
  const providers = configuredProviders().map(({ id, name }) => ({ id, name }));
  // Back here first: this page knows whether a second factor is owed.
  const next = signInPath(to);
  const footer = (
    <>
      <p>
        Lost your password? <TextLink href="/reset-password">Set a new one</TextLink>
      </p>
      <p>
        {signUpIsOpen() ? (
          <>
            No account? <TextLink href={`/register?callbackUrl=${encodeURIComponent(to)}`}>Create one</TextLink>
          </>
        ) : (
          "No account? They are made by invitation: ask the vendor whose software you use."
        )}
      </p>
    </>
  );
  return (
    <Front title="Sign in" footer={footer}>
      {one(done) === "password" ? (
        <p role="status" className="mb-4 rounded-md bg-good-soft px-3 py-2 text-good text-sm">
          The new password is set. Sign in with it.
        </p>
      ) : null}
      <SignInForm to={next} problem={problemOf(one(error), one(via), providers)} />
      <OtherWaysIn to={next} providers={providers} onAskPasskey={askForPasskey} />
    </Front>
  );
}
