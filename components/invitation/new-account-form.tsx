"use client";

import { signIn } from "next-auth/react";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";

interface NewAccount {
  token: string;
  name: string;
  password: string;
}

interface Props {
  email: string;
  token: string;
  onAccept: (input: NewAccount) => Promise<ActionResult<{ email: string; slug: string }>>;
}

const SHOWN = ["name", "password"];

/** A name and a password for the address that the link proved; then signed in, and in the workspace. */
export function NewAccountForm({ email, token, onAccept }: Props) {
  const { run, pending, fields } = useAction(onAccept, SHOWN);
  const [leaving, setLeaving] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = String(form.get("password"));
    const accepted = await run({ token, name: String(form.get("name")), password });
    if (!accepted) return;
    setLeaving(true);
    await signIn("credentials", { email, password, redirect: false }).catch(() => null);
    // A full load; whoever could not be signed in is asked to there.
    window.location.assign(`/t/${accepted.data.slug}`);
  };
  return (
    <form method="post" onSubmit={submit} className="grid gap-4" noValidate>
      <p className="text-sm">Make your account to accept it.</p>
      <Field label="Email address">
        <Input type="email" value={email} readOnly autoComplete="username" className="bg-canvas" />
      </Field>
      <Field label="Your name" error={fields.name}>
        <Input name="name" autoComplete="name" />
      </Field>
      <Field label="Password" hint="At least 12 characters; a sentence is good." error={fields.password}>
        <Input name="password" type="password" autoComplete="new-password" />
      </Field>
      <Button type="submit" variant="primary" pending={pending || leaving}>
        Make the account and accept
      </Button>
    </form>
  );
}
