"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Checkbox, Field, Input, Select } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

export interface Wanted {
  backupId: string;
  part: "all" | "product" | "members" | "settings";
  product?: string;
  into: { slug: string; name: string } | null;
  undoNewer: boolean;
  bringBack?: string[];
}

export interface LookInput {
  wanted: Wanted;
  passphrase: string;
}

interface Props {
  decision: CapabilityDecision;
  backupId: string;
  /** Where backups lie. */
  base: string;
  /** Whether it is of another workspace: then it makes a new one, or nothing. */
  foreign: boolean;
  /** Whether they may make a workspace. */
  newWorkspace: CapabilityDecision;
  onLook: (input: LookInput) => Promise<ActionResult<{ id: string }>>;
}

const HERE = [
  ["all", "Everything, into this workspace"],
  ["product", "One product, with its repositories, releases and grants"],
  ["members", "Members, groups and grants"],
  ["settings", "Settings and prices"],
] as const;

const SHOWN = ["passphrase", "wanted.product", "wanted.into.slug", "wanted.into.name"];

/** What is to be restored, and where to: leads to what that would change. */
export function LookDialog({ decision, backupId, base, foreign, newWorkspace, onLook }: Props) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [what, setWhat] = useState(foreign ? "new" : "all");
  const { run, pending, fields } = useAction(onLook, SHOWN);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const done = await run({ wanted: wantedIn(form, backupId), passphrase: String(form.get("passphrase") ?? "") });
    if (done) router.push(`${base}/${backupId}/restore/${done.data.id}`);
  };
  return (
    <>
      <GatedAction decision={decision.allowed && foreign ? newWorkspace : decision}>
        <Button variant="primary" onClick={() => setOpen(true)}>
          Restore…
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Restore"
        description="First you are shown what that would change, and whose access. Nothing is changed yet."
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field
            label="What"
            hint={newWorkspace.allowed ? undefined : `Not into a new workspace: ${newWorkspace.reason}`}
          >
            <Select name="what" value={what} onChange={(event) => setWhat(event.currentTarget.value)}>
              {foreign
                ? null
                : HERE.map(([value, words]) => (
                    <option key={value} value={value}>
                      {words}
                    </option>
                  ))}
              <option value="new" disabled={!newWorkspace.allowed}>
                Everything, into a new workspace
              </option>
            </Select>
          </Field>
          <Details what={what} fields={fields} />
          <Field label="Passphrase" error={fields.passphrase}>
            <Input name="passphrase" type="password" autoComplete="off" />
          </Field>
          <DialogFooter onCancel={() => setOpen(false)}>
            <Button type="submit" variant="primary" pending={pending}>
              Look
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}

function Details({ what, fields }: { what: string; fields: Record<string, string> }) {
  if (what === "new") {
    return (
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Its short name" error={fields["wanted.into.slug"]}>
          <Input name="slug" autoComplete="off" />
        </Field>
        <Field label="Its name" error={fields["wanted.into.name"]}>
          <Input name="name" autoComplete="off" />
        </Field>
      </div>
    );
  }
  return (
    <>
      {what === "product" ? (
        <Field label="The product's short name" error={fields["wanted.product"]}>
          <Input name="product" autoComplete="off" />
        </Field>
      ) : null}
      <Checkbox
        name="undoNewer"
        label="Undo what was added since"
        hint="Grants by hand, tags, who is in which group. Members, products and releases that came since stay in any case."
      />
    </>
  );
}

function wantedIn(form: FormData, backupId: string): Wanted {
  const text = (name: string) => String(form.get(name) ?? "").trim();
  const what = text("what");
  if (what === "new") {
    const into = { slug: text("slug"), name: text("name") };
    return { backupId, part: "all", into, undoNewer: false };
  }
  const product = what === "product" ? { product: text("product") } : {};
  return { backupId, part: what as Wanted["part"], ...product, into: null, undoNewer: form.has("undoNewer") };
}
