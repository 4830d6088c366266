"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Select } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { daysOf, ExpiresField } from "./expires-field.tsx";
import { type Login, SecretOnce } from "./secret-once.tsx";

export interface RotateTokenProps {
  token: { id: string; name: string };
  decision: CapabilityDecision;
  expires: { days: number; endless: boolean };
  login: Login;
  onRotate: (input: {
    tokenId: string;
    overlapHours: number;
    expiresInDays: number | null;
  }) => Promise<ActionResult<{ secret: string }>>;
}

const SHOWN = ["overlapHours", "expiresInDays"];

/** The button that gives a token a new secret while the old one works on for a while; the new one is shown once. */
export function RotateToken({ token, decision, expires, login, onRotate }: RotateTokenProps) {
  const [open, setOpen] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const { run, pending, fields, reset } = useAction(onRotate, SHOWN);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const how = { overlapHours: Number(form.get("overlap")), expiresInDays: daysOf(form) };
    const rotated = await run({ tokenId: token.id, ...how });
    if (rotated) setSecret(rotated.data.secret);
  };
  const change = (next: boolean) => {
    setOpen(next);
    setSecret(null);
    reset();
  };

  return (
    <>
      <GatedAction decision={decision}>
        <Button size="sm" aria-label={`Rotate ${token.name}`} onClick={() => change(true)}>
          Rotate
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        kind={secret ? "once" : "form"}
        onOpenChange={change}
        title={secret ? "Copy the new secret now" : `Rotate ${token.name}?`}
        description={
          secret
            ? "It is shown this once. Only a hash of it is kept."
            : "It gets a new secret and keeps its name and permissions. A secret of an earlier rotation ends now."
        }
      >
        {secret ? (
          <SecretOnce
            secret={secret}
            login={{ ...login, username: login.username ?? token.name }}
            onDone={() => change(false)}
          />
        ) : (
          <form onSubmit={submit} className="grid gap-4" noValidate>
            <Field label="The old secret works" error={fields.overlapHours}>
              <Select name="overlap" defaultValue="24">
                <option value="0">no longer</option>
                <option value="1">for an hour more</option>
                <option value="24">for a day more</option>
                <option value="168">for a week more</option>
              </Select>
            </Field>
            <ExpiresField {...expires} error={fields.expiresInDays} />
            <DialogFooter onCancel={() => change(false)}>
              <Button type="submit" variant="primary" pending={pending}>
                Rotate
              </Button>
            </DialogFooter>
          </form>
        )}
      </Dialog>
    </>
  );
}
