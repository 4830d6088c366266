"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field, Input, Select, Textarea } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

export interface BulkInput {
  kind: "grant" | "revoke";
  productId: string;
  reason: string;
  /** As its field gives it; empty is for good. */
  lastDay: string;
  csv?: string;
  memberIds?: string[];
  search?: string;
}

interface Props {
  products: { id: string; name: string }[];
  product?: string;
  decisions: Record<BulkInput["kind"], CapabilityDecision>;
  /** Where a prepared change is looked at. */
  base: string;
  onPrepare: (input: BulkInput) => Promise<ActionResult<{ id: string }>>;
}

const SHOWN = ["csv", "reason", "expiresAt", "productId"];

/** A list of members, and what to do for each: prepared here, looked at and confirmed on the next page. */
export function BulkForm({ products, product, decisions, base, onPrepare }: Props) {
  const router = useRouter();
  const [kind, setKind] = useState<BulkInput["kind"]>("grant");
  const [csv, setCsv] = useState("");
  const { run, pending, fields } = useAction(onPrepare, SHOWN);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const asked = { kind, productId: text("product"), reason: text("reason"), lastDay: text("lastDay"), csv };
    const prepared = await run(asked);
    if (prepared) router.push(`${base}/${prepared.data.id}`);
  };
  return (
    <form
      onSubmit={submit}
      noValidate
      aria-label="Members and what to do"
      className="grid max-w-2xl gap-4 rounded-lg border border-line bg-surface p-4"
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="What">
          <Select value={kind} onChange={(event) => setKind(event.target.value as BulkInput["kind"])}>
            <option value="grant">Grant</option>
            <option value="revoke">Revoke</option>
          </Select>
        </Field>
        <Field label="Product" error={fields.productId}>
          <Select name="product" defaultValue={product}>
            {products.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      <Members csv={csv} error={fields.csv} onChange={setCsv} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Reason" hint="Optional; for lines without one of their own." error={fields.reason}>
          <Input name="reason" autoComplete="off" />
        </Field>
        {kind === "grant" ? (
          <Field label="Last day" hint="Optional, in UTC; for lines without one of their own." error={fields.expiresAt}>
            <Input name="lastDay" type="date" />
          </Field>
        ) : null}
      </div>
      <GatedAction decision={decisions[kind]}>
        <Button type="submit" variant="primary" pending={pending} className="justify-self-start">
          Preview
        </Button>
      </GatedAction>
    </form>
  );
}

function Members({ csv, error, onChange }: { csv: string; error?: string; onChange: (csv: string) => void }) {
  return (
    <>
      <Field
        label="Members"
        hint="One a line: address, reason, last day. The last two may be left out, and so may a header of email, reason, expiresAt."
        error={error}
      >
        <Textarea
          rows={6}
          value={csv}
          onChange={(event) => onChange(event.target.value)}
          placeholder={"ana@example.com\nben@example.com,trial,2027-01-31"}
          className="font-mono text-xs"
        />
      </Field>
      <Field label="Or a CSV file" hint="It is read here, into the field above; 900 kB at most.">
        <input
          type="file"
          accept=".csv,text/csv,text/plain"
          className="text-[13px] text-soft file:mr-3 file:rounded-md file:border file:border-line-strong file:bg-surface file:px-2.5 file:py-1 file:text-ink"
          onChange={async (event) => {
            const file = event.target.files?.[0];
            if (file) onChange(await file.text());
          }}
        />
      </Field>
    </>
  );
}
