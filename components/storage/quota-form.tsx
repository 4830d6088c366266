"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { Checkbox, Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";

interface Quota {
  ownQuota: boolean;
  quotaBytes: number | null;
  quotaRepositories: number | null;
}

interface Props {
  quota: Quota;
  onSave: (quota: Quota) => Promise<ActionResult<null>>;
}

const GB = 1e9;
const SHOWN = ["quotaBytes", "quotaRepositories"];

/** How much a workspace may keep: the instance's limits, or its own. */
export function QuotaForm({ quota, onSave }: Props) {
  const [own, setOwn] = useState(quota.ownQuota);
  const { run, pending, fields } = useAction(onSave, SHOWN);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const gigabytes = numberIn(form, "gigabytes");
    await run({
      ownQuota: own,
      quotaBytes: gigabytes === null ? null : Math.round(gigabytes * GB),
      quotaRepositories: numberIn(form, "repositories"),
    });
  };
  return (
    <form onSubmit={submit} className="grid max-w-2xl gap-4 rounded-lg border border-line bg-surface p-4" noValidate>
      <Checkbox
        label="Limits of its own"
        hint="Without this, the instance's hold: QUOTA_BYTES and QUOTA_REPOSITORIES."
        checked={own}
        onChange={(event) => setOwn(event.currentTarget.checked)}
      />
      {own ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="Gigabytes" hint="Empty for no limit. Each layer counts once." error={fields.quotaBytes}>
            <Input
              name="gigabytes"
              type="number"
              min={0}
              step="any"
              defaultValue={quota.quotaBytes === null ? "" : quota.quotaBytes / GB}
            />
          </Field>
          <Field label="Repositories" hint="Empty for no limit." error={fields.quotaRepositories}>
            <Input name="repositories" type="number" min={0} defaultValue={quota.quotaRepositories ?? ""} />
          </Field>
        </div>
      ) : null}
      <div>
        <Button type="submit" variant="primary" pending={pending}>
          Save limits
        </Button>
      </div>
    </form>
  );
}

function numberIn(form: FormData, name: string): number | null {
  const text = String(form.get(name) ?? "");
  return text === "" ? null : Number(text);
}
