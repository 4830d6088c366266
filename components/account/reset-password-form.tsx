"use client";

import type { ActionResult } from "#components/action-result.ts";
import { Refusal } from "#components/shell/front.tsx";
import { Button } from "#components/ui/button.tsx";
import { NewPassword } from "./new-account-form.tsx";
import { useForm } from "./use-form.ts";

interface Props {
  email: string;
  onReset: (input: { password: string }) => Promise<ActionResult<null>>;
}

/** The new password of an account whose address was proven. */
export function ResetPasswordForm({ email, onReset }: Props) {
  const { submit, pending, refusal, fields } = useForm(
    ({ password = "" }) => onReset({ password }),
    ["password"],
    // A full load: whatever was signed in here is signed out now.
    () => window.location.assign("/sign-in?done=password"),
  );
  return (
    <form method="post" onSubmit={submit} className="grid gap-4" noValidate>
      <Refusal>{refusal}</Refusal>
      <input type="hidden" autoComplete="username" value={email} readOnly />
      <NewPassword label="New password" error={fields.password} />
      <Button type="submit" variant="primary" pending={pending}>
        Set the password
      </Button>
    </form>
  );
}
