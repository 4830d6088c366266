"use client";

import { signOut } from "next-auth/react";
import type { ActionResult } from "#components/action-result.ts";
import { Refusal } from "#components/shell/front.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useForm } from "./use-form.ts";

/** Asks for the second factor; `to` is where it leads, a path of our own. Cancelling signs out. */
export function SecondFactorForm({
  to,
  onCode,
}: {
  to: string;
  onCode: (input: { code: string }) => Promise<ActionResult<null>>;
}) {
  const { submit, pending, refusal, fields } = useForm(
    ({ code = "" }) => onCode({ code }),
    ["code"],
    () => window.location.assign(to),
  );
  return (
    <form method="post" onSubmit={submit} className="grid gap-4" noValidate>
      <Refusal>{refusal}</Refusal>
      <Field
        label="Code"
        hint="The six digits that your authenticator app shows, or one of your recovery codes."
        error={fields.code}
      >
        <Input name="code" autoComplete="one-time-code" autoCapitalize="none" spellCheck={false} autoFocus />
      </Field>
      <Button type="submit" variant="primary" pending={pending}>
        Continue
      </Button>
      <Button variant="ghost" onClick={() => signOut({ callbackUrl: "/sign-in" })}>
        Cancel
      </Button>
    </form>
  );
}
