"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Select } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { ARCH_NAMES, OS_NAMES } from "./platform.ts";

export interface AssetChange {
  os: string;
  arch: string;
  /** The file that it is the signature of; empty where it is none. */
  signsId: string;
}

interface Asset {
  id: string;
  filename: string;
  os: string | null;
  arch: string | null;
  signsId: string | null;
}

interface Props {
  asset: Asset;
  others: Asset[];
  decision: CapabilityDecision;
  onChange: (change: AssetChange) => Promise<ActionResult<null>>;
}

/** Says what a file is for, where its name was read wrongly. */
export function EditAsset({ asset, others, decision, onChange }: Props) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields } = useAction(onChange, ["os", "arch", "signsId"]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const [os, arch, signsId] = ["os", "arch", "signsId"].map((name) => String(form.get(name) ?? ""));
    if (await run({ os: os ?? "", arch: arch ?? "", signsId: signsId ?? "" })) setOpen(false);
  };
  const signed = others.filter(({ id, signsId }) => id !== asset.id && !signsId);
  return (
    <>
      <GatedAction decision={decision}>
        <Button size="sm" aria-label={`Edit ${asset.filename}`} onClick={() => setOpen(true)}>
          Edit
        </Button>
      </GatedAction>
      <Dialog open={open} onOpenChange={setOpen} title={asset.filename}>
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <div className="grid gap-4 sm:grid-cols-2">
            <Choice label="System" name="os" names={OS_NAMES} value={asset.os ?? "any"} error={fields.os} />
            <Choice label="Processor" name="arch" names={ARCH_NAMES} value={asset.arch ?? "any"} error={fields.arch} />
          </div>
          <Field label="Signature of" hint="A signature stands beside the file that it signs." error={fields.signsId}>
            <Select name="signsId" defaultValue={asset.signsId ?? ""}>
              <option value="">It is no signature</option>
              {signed.map(({ id, filename }) => (
                <option key={id} value={id}>
                  {filename}
                </option>
              ))}
            </Select>
          </Field>
          <DialogFooter onCancel={() => setOpen(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Save
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}

interface ChoiceProps {
  label: string;
  name: string;
  names: Record<string, string>;
  value: string;
  error?: string;
}

function Choice({ label, name, names, value, error }: ChoiceProps) {
  return (
    <Field label={label} error={error}>
      <Select name={name} defaultValue={value}>
        {Object.entries(names).map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </Select>
    </Field>
  );
}
