"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, type ReactNode, useRef, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import type { BulkInput } from "#components/bulk/bulk-form.tsx";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input, Select } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { plural } from "#lib/format.ts";

interface Props {
  products: { id: string; name: string }[];
  /** What the list is searched for: all who match can be meant instead of those marked. */
  search: string;
  decisions: Record<BulkInput["kind"], CapabilityDecision>;
  /** Where a prepared change is looked at. */
  base: string;
  onPrepare: (input: BulkInput) => Promise<ActionResult<{ id: string }>>;
  /** The table, with a box named `member` in each row. */
  children: ReactNode;
}

/** A list of members whose rows can be marked, and the way from there to a grant or revoke for all of them. */
export function SelectMembers({ children, ...props }: Props) {
  const form = useRef<HTMLFormElement>(null);
  const [marked, setMarked] = useState<string[]>([]);
  const [open, setOpen] = useState(false);
  const read = () => setMarked(form.current ? new FormData(form.current).getAll("member").map(String) : []);
  if (props.products.length === 0) return children;
  return (
    <>
      <div className="mb-2 flex flex-wrap items-center gap-3 text-[13px] text-soft">
        <GatedAction decision={props.decisions.revoke.allowed ? props.decisions.revoke : props.decisions.grant}>
          <Button size="sm" onClick={() => setOpen(true)}>
            Grant or revoke…
          </Button>
        </GatedAction>
        <span aria-live="polite">
          {marked.length > 0 ? `${plural(marked.length, "member")} marked` : "Nobody is marked"}
        </span>
      </div>
      <form ref={form} onChange={read} aria-label="Members">
        {children}
      </form>
      {open ? <SelectionDialog {...props} marked={marked} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

const SHOWN = ["reason", "expiresAt", "productId"];

type DialogProps = Omit<Props, "children"> & { marked: string[]; onClose: () => void };

function SelectionDialog({ products, search, decisions, base, marked, onPrepare, onClose }: DialogProps) {
  const router = useRouter();
  const [kind, setKind] = useState<BulkInput["kind"]>(decisions.grant.allowed ? "grant" : "revoke");
  const { run, pending, fields } = useAction(onPrepare, SHOWN);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const whom = text("whom") === "marked" ? { memberIds: marked } : { search };
    const asked = { kind, productId: text("product"), reason: text("reason"), lastDay: "", ...whom } as const;
    const prepared = await run(asked);
    if (prepared) router.push(`${base}/${prepared.data.id}`);
  };
  return (
    <Dialog
      open
      onOpenChange={(next) => (next ? undefined : onClose())}
      title="Grant or revoke"
      description="What it would do for each of them is shown next; nothing is changed yet."
    >
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="What">
            <Select value={kind} onChange={(event) => setKind(event.target.value as BulkInput["kind"])}>
              <option value="grant">Grant</option>
              <option value="revoke">Revoke</option>
            </Select>
          </Field>
          <Field label="Product" error={fields.productId}>
            <Select name="product">
              {products.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
        </div>
        <Field label="For whom">
          <Select name="whom">
            {marked.length > 0 ? <option value="marked">{plural(marked.length, "marked member")}</option> : null}
            <option value="all">{search ? `All who match “${search}”` : "All members"}</option>
          </Select>
        </Field>
        <Field label="Reason" hint="Optional; kept in the ledger." error={fields.reason}>
          <Input name="reason" autoComplete="off" />
        </Field>
        <DialogFooter onCancel={onClose}>
          <GatedAction decision={decisions[kind]}>
            <Button type="submit" variant="primary" pending={pending}>
              Preview
            </Button>
          </GatedAction>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
