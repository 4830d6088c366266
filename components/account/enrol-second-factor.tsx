"use client";

import { type FormEvent, useState } from "react";
import { renderSVG } from "uqr";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import { CurrentPassword, typedPassword } from "./current-password.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";

interface Begun {
  secret: string;
  uri: string;
}

export interface EnrolProps {
  hasPassword: boolean;
  onStart: (input: { currentPassword?: string }) => Promise<ActionResult<Begun>>;
  onEnable: (input: { code: string }) => Promise<ActionResult<{ recoveryCodes: string[] }>>;
}

const WORDS = {
  prove: {
    title: "Turn the second factor on",
    description: "An authenticator app shows a new code every half minute.",
  },
  scan: { title: "Scan this with your app", description: "Then type the code that it shows." },
  keep: {
    title: "Keep your recovery codes",
    description: "Each signs you in once, should the app be lost. They are shown this once; only hashes are kept.",
  },
};

/** The dialog that sets an authenticator app up: the password, the QR code, the recovery codes. */
export function EnrolSecondFactor({ open, onClose, ...props }: EnrolProps & { open: boolean; onClose: () => void }) {
  const [begun, setBegun] = useState<Begun | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const close = () => {
    onClose();
    setBegun(null);
    setCodes(null);
  };
  const step = codes ? "keep" : begun ? "scan" : "prove";
  return (
    <Dialog
      open={open}
      kind={step === "keep" ? "once" : "form"}
      onOpenChange={(next) => (next ? undefined : close())}
      {...WORDS[step]}
    >
      {codes ? <RecoveryCodes codes={codes} onDone={close} /> : null}
      {begun && !codes ? <Scan begun={begun} onEnable={props.onEnable} onCodes={setCodes} onCancel={close} /> : null}
      {!begun && !codes ? <Prove {...props} onBegun={setBegun} onCancel={close} /> : null}
    </Dialog>
  );
}

function Prove({
  hasPassword,
  onStart,
  onBegun,
  onCancel,
}: EnrolProps & { onBegun: (begun: Begun) => void; onCancel: () => void }) {
  const { run, pending, fields } = useAction(onStart, ["currentPassword"]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const begun = await run(typedPassword(event.currentTarget));
    if (begun) onBegun(begun.data);
  };
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      <p className="text-sm text-soft">
        Once it is on, every other browser is signed out, and docker and scripts need a personal token: the password no
        longer opens the registry.
      </p>
      <CurrentPassword asked={hasPassword} error={fields.currentPassword} />
      <DialogFooter onCancel={onCancel}>
        <Button type="submit" variant="primary" pending={pending}>
          Continue
        </Button>
      </DialogFooter>
    </form>
  );
}

interface ScanProps {
  begun: Begun;
  onEnable: EnrolProps["onEnable"];
  onCodes: (codes: string[]) => void;
  onCancel: () => void;
}

function Scan({ begun, onEnable, onCodes, onCancel }: ScanProps) {
  const { run, pending, fields } = useAction(onEnable, ["code"]);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const enabled = await run({ code: String(new FormData(event.currentTarget).get("code")) });
    if (enabled) onCodes(enabled.data.recoveryCodes);
  };
  const picture = `data:image/svg+xml,${encodeURIComponent(renderSVG(begun.uri, { border: 2 }))}`;
  return (
    <form onSubmit={submit} className="grid gap-4" noValidate>
      {/* biome-ignore lint/performance/noImgElement: a picture made here needs no optimiser */}
      <img
        src={picture}
        alt="QR code with the secret below"
        className="mx-auto size-48 rounded-md border border-line"
      />
      <div className="grid gap-1">
        <p className="font-medium text-[13px]">Or type this secret</p>
        <CopyField label="Secret" value={begun.secret} />
      </div>
      <Field label="Code" error={fields.code}>
        <Input name="code" inputMode="numeric" autoComplete="one-time-code" maxLength={7} />
      </Field>
      <DialogFooter onCancel={onCancel}>
        <Button type="submit" variant="primary" pending={pending}>
          Turn on
        </Button>
      </DialogFooter>
    </form>
  );
}
