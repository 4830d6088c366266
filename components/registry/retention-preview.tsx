"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { byteSize, plural } from "#lib/format.ts";
import { shortDigest } from "./digest.tsx";

interface Listed {
  /** A tag's name, or a digest. */
  name: string;
  why: string;
}

interface List {
  count: number;
  /** The first of them. */
  shown: Listed[];
}

export interface PreviewShown {
  asOf: string;
  fingerprint: string;
  total: { tags: number; manifests: number; bytes: number };
  repositories: { id: string; name: string; tags: List; manifests: List; kept: List; bytes: number }[];
  /** How many repositories are not listed. */
  more: number;
}

interface Props {
  product: { slug: string };
  shown: PreviewShown;
  decision: CapabilityDecision;
  onApply: (confirm: string) => Promise<ActionResult<null>>;
  onDone: () => void;
}

/** What a rule takes now and why the rest stays, with the button that takes exactly that. */
export function RetentionPreview({ product, shown, decision, onApply, onDone }: Props) {
  const { total, repositories, more } = shown;
  const nothing = total.tags + total.manifests === 0;
  return (
    <section aria-labelledby="preview" className="mt-6">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <div>
          <h2 id="preview" className="font-semibold text-sm">
            Preview
          </h2>
          <p className="text-[13px] text-soft" role="status">
            {nothing
              ? "Nothing goes by these rules now."
              : `${inWords(total)} go${freed(total)}. Nothing has changed yet.`}
          </p>
        </div>
        {nothing ? null : (
          <ApplyButton product={product} total={total} decision={decision} onApply={onApply} onDone={onDone} />
        )}
      </div>
      <div className="grid gap-3">
        {repositories.map((repository) => (
          <article key={repository.id} className="wrap-anywhere rounded-lg border border-line bg-surface p-4">
            <h3 className="font-mono text-ink text-xs">{repository.name}</h3>
            <Fates title="Tags that go" list={repository.tags} />
            <Fates title="Manifests that go" list={repository.manifests} digests />
            {repository.bytes > 0 ? (
              <p className="mt-2 text-[13px] text-soft">
                {byteSize(repository.bytes)} of layers become free once the clean-up comes.
              </p>
            ) : null}
            <details className="mt-2 text-[13px]">
              <summary className="w-fit rounded text-soft hover:text-ink">{`${repository.kept.count} kept, and why`}</summary>
              <Fates list={repository.kept} kept />
            </details>
          </article>
        ))}
      </div>
      {more > 0 ? (
        <p className="mt-3 text-[13px] text-soft">{`and ${plural(more, "more repository", "more repositories")}`}</p>
      ) : null}
    </section>
  );
}

function Fates({
  title,
  list,
  kept = false,
  digests = false,
}: {
  title?: string;
  list: List;
  kept?: boolean;
  digests?: boolean;
}) {
  if (list.count === 0) return null;
  const more = list.count - list.shown.length;
  return (
    <div className="mt-3">
      {title ? <h4 className="mb-1 font-medium text-soft text-xs">{`${title}: ${list.count}`}</h4> : null}
      <ul className="grid gap-1 text-[13px]">
        {list.shown.map(({ name, why }) => (
          <li key={name} className="flex flex-wrap items-baseline gap-x-2">
            <span className="font-mono text-xs">{digests || name.includes(":") ? shortDigest(name) : name}</span>
            <Badge tone={kept ? "good" : "danger"}>{why}</Badge>
          </li>
        ))}
      </ul>
      {more > 0 ? <p className="mt-1 text-[13px] text-soft">{`and ${more} more`}</p> : null}
    </div>
  );
}

function inWords({ tags, manifests }: PreviewShown["total"]): string {
  return [...(tags > 0 ? [plural(tags, "tag")] : []), plural(manifests, "manifest")].join(" and ");
}

function freed({ bytes }: PreviewShown["total"]): string {
  return bytes > 0 ? `, and ${byteSize(bytes)} become free` : "";
}

function ApplyButton({
  product,
  total,
  decision,
  onApply,
  onDone,
}: Omit<Props, "shown"> & { total: PreviewShown["total"] }) {
  const [open, setOpen] = useState(false);
  const { run, pending, fields, reset } = useAction(onApply, ["confirm"]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (!(await run(String(new FormData(event.currentTarget).get("confirm"))))) return;
    setOpen(false);
    onDone();
  };
  const change = (next: boolean) => {
    setOpen(next);
    reset();
  };
  return (
    <>
      <GatedAction decision={decision}>
        <Button variant="danger" onClick={() => change(true)}>
          Apply now
        </Button>
      </GatedAction>
      <Dialog
        open={open}
        onOpenChange={change}
        title={`Delete ${inWords(total)}?`}
        description={`Exactly what the preview lists goes${freed(total)}. It can't be undone.`}
      >
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <Field label="Short name of the product" hint={`Type ${product.slug} to go on.`} error={fields.confirm}>
            <Input name="confirm" autoComplete="off" autoCapitalize="none" spellCheck={false} className="font-mono" />
          </Field>
          <DialogFooter onCancel={() => change(false)}>
            <Button type="submit" variant="danger" pending={pending}>
              Delete
            </Button>
          </DialogFooter>
        </form>
      </Dialog>
    </>
  );
}
