"use client";

import { Check, Copy, Download } from "lucide-react";
import { useState } from "react";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { DialogFooter } from "#components/ui/dialog.tsx";

/** Recovery codes that were just made: they are shown this once, to be copied or kept as a file. */
export function RecoveryCodes({ codes, onDone }: { codes: string[]; onDone: () => void }) {
  const [copied, setCopied] = useState(false);
  const text = codes.join("\n");
  const copy = async () => {
    // A page that is neither https nor localhost has no clipboard; the text can still be selected.
    await navigator.clipboard?.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  const Icon = copied ? Check : Copy;
  return (
    <>
      <ol
        aria-label="Recovery codes"
        className="grid gap-x-6 gap-y-1.5 rounded-md border border-line bg-canvas px-4 py-3 font-mono text-[13px] sm:grid-cols-2"
      >
        {codes.map((code) => (
          <li key={code} className="whitespace-nowrap">
            {code}
          </li>
        ))}
      </ol>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button size="sm" onClick={copy}>
          <Icon className="size-3.5" aria-hidden="true" /> {copied ? "Copied" : "Copy all"}
        </Button>
        <a
          className={buttonClass({ size: "sm" })}
          download="purser-recovery-codes.txt"
          href={`data:text/plain;charset=utf-8,${encodeURIComponent(`Purser recovery codes\n\n${text}\n`)}`}
        >
          <Download className="size-3.5" aria-hidden="true" /> Download
        </a>
      </div>
      <DialogFooter>
        <Button variant="primary" onClick={onDone}>
          I have kept them
        </Button>
      </DialogFooter>
    </>
  );
}
