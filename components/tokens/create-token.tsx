"use client";

import { Plus } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input, Select } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { type Login, SecretOnce } from "./secret-once.tsx";

interface NewToken {
  name: string;
  preset: string;
  expiresInDays: number;
}

interface Props {
  decision: CapabilityDecision;
  words: { button: string; title: string; nameHint: string };
  presets: { value: string; label: string; hint: string }[];
  /** The choice that is made beforehand: 30, 90 or 365. */
  days: number;
  login: Login;
  onCreate: (input: NewToken) => Promise<ActionResult<{ secret: string }>>;
}

const SHOWN = ["name", "preset", "scopes", "expiresInDays"];

/** The button that makes a token; its dialog shows the secret once and forgets it when it closes. */
export function CreateToken({ decision, words, presets, days, login, onCreate }: Props) {
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<{ name: string; secret: string } | null>(null);
  const { run, pending, fields, reset } = useAction(onCreate, SHOWN);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = String(form.get("name"));
    const preset = String(form.get("preset"));
    const created = await run({ name, preset, expiresInDays: Number(form.get("days")) });
    if (created) setMade({ name, secret: created.data.secret });
  };
  const change = (next: boolean) => {
    setOpen(next);
    setMade(null);
    reset();
  };

  return (
    <>
      <GatedAction decision={decision}>
        <Button variant="primary" onClick={() => change(true)}>
          <Plus className="size-4" aria-hidden="true" /> {words.button}
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        kind={made ? "once" : "form"}
        onOpenChange={change}
        title={made ? "Copy the secret now" : words.title}
        description={made ? "It is shown this once. Only a hash of it is kept." : undefined}
      >
        {made ? (
          <SecretOnce
            secret={made.secret}
            login={{ ...login, username: login.username ?? made.name }}
            onDone={() => change(false)}
          />
        ) : (
          <form onSubmit={submit} className="grid gap-4" noValidate>
            <Field label="Name" hint={words.nameHint} error={fields.name}>
              <Input name="name" autoComplete="off" autoCapitalize="none" />
            </Field>
            <Presets presets={presets} error={fields.preset ?? fields.scopes} />
            <Field label="Expires" error={fields.expiresInDays}>
              <Select name="days" defaultValue={days}>
                <option value="30">in 30 days</option>
                <option value="90">in 90 days</option>
                <option value="365">in a year</option>
              </Select>
            </Field>
            <DialogFooter onCancel={() => change(false)}>
              <Button type="submit" variant="primary" pending={pending}>
                {words.button}
              </Button>
            </DialogFooter>
          </form>
        )}
      </Dialog>
    </>
  );
}

function Presets({ presets, error }: { presets: Props["presets"]; error?: string }) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-medium text-[13px]">It may</legend>
      {presets.map(({ value, label, hint }, index) => (
        <label key={value} className="flex gap-2.5 text-sm">
          <input
            type="radio"
            name="preset"
            value={value}
            defaultChecked={index === 0}
            className="mt-0.5 size-4 accent-accent"
          />
          <span>
            <span className="font-medium">{label}</span>
            <span className="block text-[13px] text-soft">{hint}</span>
          </span>
        </label>
      ))}
      {error ? <p className="text-danger-ink text-xs">{error}</p> : null}
    </fieldset>
  );
}
