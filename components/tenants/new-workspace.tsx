"use client";

import { Plus } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Props {
  decision: CapabilityDecision;
  onRegister: (input: { name: string; slug: string }) => Promise<ActionResult<{ slug: string }>>;
}

const SHOWN = ["name", "slug"];

/** The way to the page where a workspace is registered. */
export function NewWorkspaceLink({ decision }: Pick<Props, "decision">) {
  return (
    <GatedAction decision={decision}>
      <Link href="/tenants/new" className={buttonClass({ variant: "primary" })}>
        <Plus className="size-4" aria-hidden="true" /> New workspace
      </Link>
    </GatedAction>
  );
}

/** Registers a workspace; its short name is proposed from the name until somebody types another. */
export function NewWorkspace({ decision, onRegister }: Props) {
  const router = useRouter();
  const [name, setName] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const slug = typed ?? slugOf(name);
  const { run, pending, fields } = useAction(onRegister, SHOWN);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const made = decision.allowed && (await run({ name, slug }));
    if (made) router.push(`/t/${made.data.slug}`);
  };

  return (
    <form onSubmit={submit} className="grid gap-4 rounded-lg border border-line bg-surface p-4" noValidate>
      <Field label="Name" hint="What your team and your customers see. It can be changed later." error={fields.name}>
        <Input name="name" autoComplete="organization" value={name} onChange={(event) => setName(event.target.value)} />
      </Field>
      <Field
        label="Short name"
        hint="Part of its addresses and of every image's name; lower case, digits and dashes. It can't be changed, and is never issued again."
        error={fields.slug}
      >
        <Input
          name="slug"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          className="font-mono"
          value={slug}
          onChange={(event) => setTyped(event.target.value)}
        />
      </Field>
      <div className="flex justify-end gap-2">
        <Link href="/tenants?all" className={buttonClass({})}>
          Cancel
        </Link>
        <GatedAction decision={decision}>
          <Button type="submit" variant="primary" pending={pending}>
            Register
          </Button>
        </GatedAction>
      </div>
    </form>
  );
}

const SLUG_MAX = 63;

function slugOf(name: string): string {
  const plain = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const dashed = plain.replace(/[^a-z0-9]+/g, "-").slice(0, SLUG_MAX);
  return dashed.replace(/^-+|-+$/g, "");
}
