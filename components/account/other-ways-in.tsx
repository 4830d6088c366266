"use client";

import { startAuthentication } from "@simplewebauthn/browser";
import { Fingerprint } from "lucide-react";
import { signIn } from "next-auth/react";
import { useState, useTransition } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Refusal } from "#components/shell/front.tsx";
import { Button } from "#components/ui/button.tsx";

export type PasskeyQuestion = Parameters<typeof startAuthentication>[0]["optionsJSON"];

interface Props {
  /** Where signing in leads, a path of our own. */
  to: string;
  providers: { id: string; name: string }[];
  onAskPasskey: () => Promise<ActionResult<PasskeyQuestion>>;
}

/** Signing in without a password: with a passkey, or with a provider that the instance offers. */
export function OtherWaysIn({ to, providers, onAskPasskey }: Props) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const [pending, start] = useTransition();
  const withPasskey = () =>
    start(async () => {
      setRefusal(null);
      const problem = await passkeySignIn(to, onAskPasskey);
      if (problem === null) window.location.assign(to);
      else setRefusal(problem);
    });
  return (
    <div className="mt-4 grid gap-2 border-line border-t pt-4">
      <Refusal>{refusal}</Refusal>
      <Button pending={pending} onClick={withPasskey}>
        <Fingerprint className="size-4" aria-hidden="true" /> Sign in with a passkey
      </Button>
      {providers.map(({ id, name }) => (
        <Button key={id} onClick={() => signIn(id, { callbackUrl: to })}>
          Continue with {name}
        </Button>
      ))}
    </div>
  );
}

/** @returns what went wrong, in words; null where it worked */
async function passkeySignIn(to: string, ask: Props["onAskPasskey"]): Promise<string | null> {
  const question = await ask().catch(() => null);
  if (!question) return "The server could not be reached. Try again.";
  if (!question.ok) return question.message;
  const response = await startAuthentication({ optionsJSON: question.data }).catch(() => null);
  if (!response) return "No passkey was used: it was cancelled, took too long, or there is none here for this site.";
  const sent = { response: JSON.stringify(response), redirect: false, callbackUrl: to } as const;
  const answer = await signIn("passkey", sent).catch(() => null);
  return answer?.ok ? null : (answer?.error ?? "The server could not be reached. Try again.");
}
