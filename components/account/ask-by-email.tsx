"use client";

import { MailCheck } from "lucide-react";
import { useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Refusal } from "#components/shell/front.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useForm } from "./use-form.ts";

interface Props {
  button: string;
  /** What stands in the form's place once the letter is on its way. */
  sent: string;
  /** A path of ours where the letter's link leads in the end. */
  leadsTo?: string;
  onAsk: (input: { email: string; leadsTo?: string }) => Promise<ActionResult<null>>;
}

/** Asks for an address to which a letter goes; the answer is the same whether it has an account or not. */
export function AskByEmail({ button, sent, leadsTo, onAsk }: Props) {
  const [address, setAddress] = useState<string | null>(null);
  const { submit, pending, refusal, fields } = useForm(
    async ({ email = "" }) => {
      const result = await onAsk(leadsTo ? { email, leadsTo } : { email });
      return result.ok ? { ...result, data: email } : result;
    },
    ["email"],
    setAddress,
  );
  if (address !== null) {
    return (
      <div role="status" className="flex gap-3 rounded-lg border border-line bg-surface p-4">
        <MailCheck className="mt-0.5 size-5 shrink-0 text-good" aria-hidden="true" />
        <div className="min-w-0">
          <p className="font-medium">Check your mail</p>
          <p className="mt-1 text-soft">
            {sent} It goes to {address}; look into the spam folder, too.
          </p>
        </div>
      </div>
    );
  }
  return (
    <form method="post" onSubmit={submit} className="grid gap-4" noValidate>
      <Refusal>{refusal}</Refusal>
      <Field label="Email address" error={fields.email}>
        <Input name="email" type="email" autoComplete="username" autoFocus />
      </Field>
      <Button type="submit" variant="primary" pending={pending}>
        {button}
      </Button>
    </form>
  );
}
