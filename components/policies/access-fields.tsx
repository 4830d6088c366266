"use client";

import { useState } from "react";
import { FIXED, numberOf } from "#components/registry/lines.ts";
import { Button } from "#components/ui/button.tsx";
import { Checkbox, Field, Input, Textarea } from "#components/ui/field.tsx";
import type { FieldsProps } from "./tag-fields.tsx";
import { type DocumentShown, problemOf } from "./words.ts";

interface SignerShown {
  name: string;
  publicKey: string;
}

/** Days of grace, tokens, second factor and signers. */
export function AccessFields({ document, problems, readOnly }: FieldsProps) {
  const signers = Array.isArray(document.signers) ? (document.signers as SignerShown[]) : [];
  const box = (name: string, label: string, hint: string) => (
    <div>
      <Checkbox name={name} label={label} hint={hint} defaultChecked={document[name] === true} disabled={readOnly} />
      {problemOf(problems, name) ? (
        <p role="alert" className="text-danger-ink text-xs">
          It {problemOf(problems, name)}.
        </p>
      ) : null}
    </div>
  );
  const number = (name: string, fallback: number | "") => (
    <Input
      name={name}
      type="number"
      min={0}
      defaultValue={typeof document[name] === "number" ? document[name] : fallback}
      readOnly={readOnly}
      className={`max-w-28 ${FIXED}`}
    />
  );
  return (
    <>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Field
          label="Days of grace"
          hint="For how long members keep access after a payment failed."
          error={problemOf(problems, "graceDays")}
        >
          {number("graceDays", 7)}
        </Field>
        <Field
          label="Tokens work for at most"
          hint="Days since they were made or rotated. Empty: as long as they say themselves."
          error={problemOf(problems, "tokenDaysMax")}
        >
          {number("tokenDaysMax", "")}
        </Field>
      </div>
      {box("endlessTokens", "Tokens without an end", "Whether tokens that never expire open this workspace.")}
      {box(
        "secondFactor",
        "A second factor for the team",
        "Until somebody has one, their role counts for nothing: not here, and not with a token.",
      )}
      <Signers signers={signers} problems={problems} readOnly={readOnly} />
      {box("signedFiles", "Files are signed, too", "Else the signatures of a release’s images are asked for alone.")}
    </>
  );
}

function Signers({
  signers,
  problems,
  readOnly,
}: { signers: SignerShown[] } & Pick<FieldsProps, "problems" | "readOnly">) {
  const [rows, setRows] = useState(signers.map((signer, key) => ({ ...signer, key })));
  const add = () =>
    setRows([...rows, { name: "", publicKey: "", key: Math.max(-1, ...rows.map(({ key }) => key)) + 1 }]);
  return (
    <fieldset className="grid gap-3">
      <legend className="mb-1 font-medium text-[13px]">Releases are signed by</legend>
      <p className="text-soft text-xs">
        Public keys, of which one must have signed each image before its release is published. None: no such rule.
      </p>
      {rows.map(({ name, publicKey, key }, n) => (
        <div key={key} className="grid gap-3 rounded-md border border-line p-3">
          <Field label={`Name of key ${n + 1}`} error={problems[`document.signers.${n}.name`]}>
            <Input name="signerName" defaultValue={name} readOnly={readOnly} autoComplete="off" className={FIXED} />
          </Field>
          <Field
            label={`Public key ${n + 1}`}
            hint="PEM, as in cosign.pub."
            error={problems[`document.signers.${n}.publicKey`]}
          >
            <Textarea
              name="signerKey"
              rows={4}
              defaultValue={publicKey}
              readOnly={readOnly}
              spellCheck={false}
              className={`font-mono text-xs ${FIXED}`}
            />
          </Field>
          {readOnly ? null : (
            <div>
              <Button size="sm" onClick={() => setRows(rows.filter((row) => row.key !== key))}>
                Take out key {n + 1}
              </Button>
            </div>
          )}
        </div>
      ))}
      {readOnly ? null : (
        <div>
          <Button size="sm" onClick={add}>
            Add a key
          </Button>
        </div>
      )}
    </fieldset>
  );
}

export function accessOf(form: FormData): DocumentShown {
  const on = (name: string) => form.get(name) === "on";
  const keys = form.getAll("signerKey").map(String);
  return {
    // An empty number is none: the server says that it is missing.
    graceDays: numberOf(form, "graceDays") ?? undefined,
    tokenDaysMax: numberOf(form, "tokenDaysMax"),
    endlessTokens: on("endlessTokens"),
    secondFactor: on("secondFactor"),
    signers: form.getAll("signerName").map((name, n) => ({ name: String(name), publicKey: keys[n] ?? "" })),
    signedFiles: on("signedFiles"),
  };
}
