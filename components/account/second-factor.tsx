"use client";

import { type FormEvent, useState } from "react";
import type { ActionResult } from "#components/action-result.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { Field, Input } from "#components/ui/field.tsx";
import { useAction } from "#components/use-action.ts";
import { CurrentPassword, typedPassword } from "./current-password.tsx";
import { type EnrolProps, EnrolSecondFactor } from "./enrol-second-factor.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { Section } from "./section.tsx";

interface Props extends EnrolProps {
  on: boolean;
  codesLeft: number;
  onDisable: (input: { currentPassword?: string; code?: string }) => Promise<ActionResult<null>>;
  onRenewCodes: (input: {
    currentPassword?: string;
    code?: string;
  }) => Promise<ActionResult<{ recoveryCodes: string[] }>>;
}

/** The second factor: an authenticator app, and the codes for when it is lost. */
export function SecondFactor({ on, codesLeft, onDisable, onRenewCodes, ...enrol }: Props) {
  const [open, setOpen] = useState<"enrol" | "off" | "codes" | null>(null);
  const close = () => setOpen(null);
  const action = on ? (
    <>
      <Button onClick={() => setOpen("codes")}>New recovery codes</Button>
      <Button onClick={() => setOpen("off")}>Turn off</Button>
    </>
  ) : (
    <Button variant="primary" onClick={() => setOpen("enrol")}>
      Turn on
    </Button>
  );
  const few = on && codesLeft <= 3;
  return (
    <>
      <Section
        title="Second factor"
        state={on ? <Badge tone="good">On</Badge> : <Badge>Off</Badge>}
        lead={
          on
            ? `After the password, the code of your authenticator app is asked for. ${codesLeft} of 10 recovery codes are left.`
            : "A code of an authenticator app, after the password: a stolen password alone opens nothing then."
        }
        action={action}
      >
        {few ? (
          <p className="rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
            Few recovery codes are left. Make new ones.
          </p>
        ) : null}
      </Section>
      <EnrolSecondFactor open={open === "enrol"} onClose={close} {...enrol} />
      <TurnOff open={open === "off"} onClose={close} hasPassword={enrol.hasPassword} onDisable={onDisable} />
      <RenewCodes open={open === "codes"} onClose={close} hasPassword={enrol.hasPassword} onRenew={onRenewCodes} />
    </>
  );
}

interface DialogProps {
  open: boolean;
  onClose: () => void;
  hasPassword: boolean;
}

function TurnOff({ open, onClose, hasPassword, onDisable }: DialogProps & Pick<Props, "onDisable">) {
  const { run, pending, fields, reset } = useAction(onDisable, ["currentPassword", "code"]);
  const close = () => {
    onClose();
    reset();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (await run(typedProof(event.currentTarget))) close();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? undefined : close())}
      title="Turn the second factor off?"
      description="From then on the password alone opens the account, and the registry too. The recovery codes stop working."
    >
      <form onSubmit={submit} className="grid gap-4" noValidate>
        <PasswordOrCode hasPassword={hasPassword} fields={fields} />
        <DialogFooter onCancel={close}>
          <Button type="submit" variant="danger" pending={pending}>
            Turn off
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}

/** What shows that it is the owner: the password, or a code where the account has none. */
function PasswordOrCode({ hasPassword, fields }: { hasPassword: boolean; fields: Record<string, string> }) {
  if (hasPassword) return <CurrentPassword asked error={fields.currentPassword} />;
  return (
    <Field label="Code" hint="Of your authenticator app, or a recovery code." error={fields.code}>
      <Input name="code" autoComplete="one-time-code" />
    </Field>
  );
}

function typedProof(form: HTMLFormElement): { currentPassword?: string; code?: string } {
  const code = new FormData(form).get("code");
  return code === null ? typedPassword(form) : { code: String(code) };
}

function RenewCodes({ open, onClose, hasPassword, onRenew }: DialogProps & { onRenew: Props["onRenewCodes"] }) {
  const [codes, setCodes] = useState<string[] | null>(null);
  const { run, pending, fields, reset } = useAction(onRenew, ["currentPassword", "code"]);
  const close = () => {
    onClose();
    setCodes(null);
    reset();
  };
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const renewed = await run(typedProof(event.currentTarget));
    if (renewed) setCodes(renewed.data.recoveryCodes);
  };
  return (
    <Dialog
      open={open}
      kind={codes ? "once" : "form"}
      onOpenChange={(next) => (next ? undefined : close())}
      title={codes ? "Keep your recovery codes" : "Make new recovery codes?"}
      description={
        codes ? "They are shown this once; only hashes are kept." : "The codes that you have now stop working at once."
      }
    >
      {codes ? (
        <RecoveryCodes codes={codes} onDone={close} />
      ) : (
        <form onSubmit={submit} className="grid gap-4" noValidate>
          <PasswordOrCode hasPassword={hasPassword} fields={fields} />
          <DialogFooter onCancel={close}>
            <Button type="submit" variant="primary" pending={pending}>
              Make new codes
            </Button>
          </DialogFooter>
        </form>
      )}
    </Dialog>
  );
}
