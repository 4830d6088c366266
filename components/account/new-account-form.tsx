"use client";

import { signIn } from "next-auth/react";
import type { ActionResult } from "#components/action-result.ts";
import { Refusal } from "#components/shell/front.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useForm } from "./use-form.ts";

interface Props {
  email: string;
  /** Where it leads once the account is there and signed in. */
  to: string;
  onConfirm: (input: { name: string; password: string }) => Promise<ActionResult<null>>;
}

/** Name and password of a new account whose address was proven; then it is signed in. */
export function NewAccountForm({ email, to, onConfirm }: Props) {
  const { submit, pending, refusal, fields } = useForm(
    async ({ name = "", password = "" }) => {
      const result = await onConfirm({ name, password });
      return result.ok ? { ...result, data: password } : result;
    },
    ["name", "password"],
    async (password) => {
      const answer = await signIn("credentials", { email, password, redirect: false, callbackUrl: to }).catch(
        () => null,
      );
      window.location.assign(answer?.ok ? to : "/sign-in");
    },
  );
  return (
    <form method="post" onSubmit={submit} className="grid gap-4" noValidate>
      <Refusal>{refusal}</Refusal>
      <Field label="Email address">
        <Input value={email} autoComplete="username" readOnly className="bg-canvas text-soft" />
      </Field>
      <Field label="Name" hint="As others here see you." error={fields.name}>
        <Input name="name" autoComplete="name" maxLength={100} autoFocus />
      </Field>
      <NewPassword error={fields.password} />
      <Button type="submit" variant="primary" pending={pending}>
        Create account
      </Button>
    </form>
  );
}

/** A password to be: what counts is its length. */
export function NewPassword({
  name = "password",
  label = "Password",
  error,
}: {
  name?: string;
  label?: string;
  error?: string;
}) {
  return (
    <Field label={label} hint="At least 12 characters. Several words are easy to keep." error={error}>
      <Input name={name} type="password" autoComplete="new-password" />
    </Field>
  );
}
