"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { GatedAction } from "#components/gated-action.tsx";
import { Button } from "#components/ui/button.tsx";
import { Checkbox, Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import type { CapabilityDecision } from "#lib/access/index.ts";
import type { LookInput, Wanted } from "./look-dialog.tsx";
import { COMING_BACK } from "./words.ts";

interface Kind {
  kind: string;
  total: number;
  rows: readonly { key: string; label: string }[];
}

interface Props {
  decision: CapabilityDecision;
  report: {
    wanted: Wanted & { bringBack: readonly string[] };
    comingBack: readonly Kind[];
    missing: { count: number };
    tables: readonly { added: number; changed: number; removed: number }[];
    gained: { pairs: number };
    lost: { pairs: number };
    tenant: { name: string };
  };
  /** The run in which it was looked at. */
  lookedAt: string;
  /** Where looks of this backup lie, and where runs do. */
  base: string;
  runs: string;
  onLook: (input: LookInput) => Promise<ActionResult<{ id: string }>>;
  onRestore: (input: { lookedAt: string; passphrase: string }) => Promise<ActionResult<{ id: string }>>;
}

const LAYERS = { allowed: false, reason: "Layers are missing: restore members or settings alone." } as const;

const NOTHING = { allowed: false, reason: "There is nothing to restore: the workspace has all of it." } as const;

function whyNotDo({ missing, tables, gained, lost, wanted }: Props["report"]) {
  if (missing.count > 0) return LAYERS;
  const rows = tables.reduce((sum, { added, changed, removed }) => sum + added + changed + removed, 0);
  return rows + gained.pairs + lost.pairs + wanted.bringBack.length === 0 ? NOTHING : null;
}

/** Does what was looked at; or looks again, where something else is to come back. */
export function DoRestore({ decision, report, lookedAt, base, runs, onLook, onRestore }: Props) {
  const router = useRouter();
  const before = [...report.wanted.bringBack];
  const [ticked, setTicked] = useState<readonly string[]>(before);
  const looking = useAction(onLook, ["passphrase"]);
  const restoring = useAction(onRestore, ["passphrase"]);
  const other = [...ticked].sort().join() !== [...before].sort().join();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const passphrase = String(new FormData(event.currentTarget).get("passphrase") ?? "");
    const done = other
      ? await looking.run({ wanted: { ...report.wanted, bringBack: [...ticked] }, passphrase })
      : await restoring.run({ lookedAt, passphrase });
    if (done) router.push(`${other ? base : runs}/${done.data.id}`);
  };
  const toggle = (key: string) =>
    setTicked((now) => (now.includes(key) ? now.filter((one) => one !== key) : [...now, key]));
  const pending = looking.pending || restoring.pending;
  const gate = decision.allowed && !other ? (whyNotDo(report) ?? decision) : decision;
  return (
    <form onSubmit={submit} className="mt-8 grid max-w-2xl gap-6" noValidate>
      {report.comingBack.map((kind) => (
        <ComingBack key={kind.kind} kind={kind} ticked={ticked} onToggle={toggle} />
      ))}
      <Field label="Passphrase" error={looking.fields.passphrase ?? restoring.fields.passphrase}>
        <Input name="passphrase" type="password" autoComplete="off" className="max-w-sm" />
      </Field>
      <div>
        <GatedAction decision={gate}>
          <Button type="submit" variant={other ? "primary" : "danger"} pending={pending}>
            {other ? "Look again with these" : `Restore into ${report.tenant.name}`}
          </Button>
        </GatedAction>
      </div>
    </form>
  );
}

interface ComingBackProps {
  kind: Kind;
  ticked: readonly string[];
  onToggle: (key: string) => void;
}

/** What was taken since: it stays so, unless it is ticked. */
function ComingBack({ kind: { kind, total, rows }, ticked, onToggle }: ComingBackProps) {
  const all = `${kind}:all`;
  return (
    <fieldset className="rounded-lg border border-line bg-surface p-4">
      <legend className="px-1 font-semibold text-sm">{COMING_BACK[kind] ?? kind}</legend>
      <p className="mb-3 text-[13px] text-soft">They stay as they are now. Tick what is to be as it was.</p>
      <div className="grid gap-2">
        {total > 1 ? (
          <Checkbox label={`All ${total}`} checked={ticked.includes(all)} onChange={() => onToggle(all)} />
        ) : null}
        {rows.map(({ key, label }) => (
          <Checkbox
            key={key}
            label={label}
            checked={ticked.includes(all) || ticked.includes(key)}
            disabled={ticked.includes(all)}
            onChange={() => onToggle(key)}
          />
        ))}
        {total > rows.length ? <p className="text-[13px] text-soft">And {total - rows.length} more.</p> : null}
      </div>
    </fieldset>
  );
}
