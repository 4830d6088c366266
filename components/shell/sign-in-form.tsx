"use client";

import { signIn } from "next-auth/react";
import { type FormEvent, useRef, useState, useTransition } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { Refusal } from "./front.tsx";

/** Email and password. A refusal is told above the fields; `to` is where it leads, a path of our own. */
export function SignInForm({ to, problem }: { to: string; problem: string | null }) {
  const [refusal, setRefusal] = useState(problem);
  const [pending, start] = useTransition();
  const password = useRef<HTMLInputElement>(null);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    start(async () => {
      setRefusal(null);
      const typed = { email: String(form.get("email")), password: String(form.get("password")) };
      const answer = await signIn("credentials", { ...typed, redirect: false, callbackUrl: to }).catch(() => null);
      // A full load, so that nothing of an earlier session stays in memory.
      if (answer?.ok) return window.location.assign(to);
      setRefusal(answer?.error ?? "The server could not be reached. Try again.");
      password.current?.select();
    });
  };

  return (
    // Until scripts are there, a POST: a GET would put the password into the address.
    <form method="post" action="/api/auth/callback/credentials" onSubmit={submit} className="grid gap-4">
      <Refusal>{refusal}</Refusal>
      <Field label="Email address">
        <Input name="email" type="email" autoComplete="username" required autoFocus />
      </Field>
      <Field label="Password">
        <Input ref={password} name="password" type="password" autoComplete="current-password" required />
      </Field>
      <Button type="submit" variant="primary" pending={pending}>
        Sign in
      </Button>
    </form>
  );
}
