"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "./button.tsx";

/** A line of text to take along: a command, an address, a secret. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    // A page that is neither https nor localhost has no clipboard; the text can still be selected.
    await navigator.clipboard?.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className="flex min-w-0 items-stretch gap-1.5">
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
        tabIndex={0}
        aria-label={label}
        className="min-w-0 flex-1 overflow-x-auto whitespace-nowrap rounded-md border border-line bg-canvas px-2.5 py-1.5 font-mono text-ink text-xs leading-5"
      >
        {value}
      </section>
      <Button size="icon" variant="secondary" aria-label={`Copy ${label}`} onClick={copy}>
        {copied ? (
          <Check className="size-4 text-good" aria-hidden="true" />
        ) : (
          <Copy className="size-4" aria-hidden="true" />
        )}
      </Button>
      <span role="status" className="sr-only">
        {copied ? "Copied" : ""}
      </span>
    </div>
  );
}
