import type { Metadata } from "next";
import { AskByEmail } from "#components/account/ask-by-email.tsx";
import { Front, TextLink } from "#components/shell/front.tsx";
import { askToReset } from "./actions.ts";

export const metadata: Metadata = { title: "Set a new password" };

export default function ResetPasswordPage() {
  const footer = (
    <p>
      You remember it? <TextLink href="/sign-in">Sign in</TextLink>
    </p>
  );
  return (
    <Front title="Set a new password" lead="A letter with a link proves that the account is yours." footer={footer}>
      <AskByEmail
        button="Send me the link"
        sent="If the address has an account, there is a letter with a link that sets a new password."
        onAsk={askToReset}
      />
    </Front>
  );
}
