"use client";

import { Switch as Radix } from "radix-ui";
import type { ComponentProps } from "react";

/** An on/off switch. Give it an aria-label, or a label that points to it. */
export function Switch({ className = "", ...props }: ComponentProps<typeof Radix.Root>) {
  return (
    // By aria-checked: a tooltip around it puts its own data-state in the place of the switch's.
    <Radix.Root
      {...props}
      className={`relative h-6 w-10 shrink-0 rounded-full border border-line-strong bg-line-strong transition-colors aria-disabled:cursor-not-allowed aria-disabled:opacity-55 aria-checked:border-accent aria-checked:bg-accent ${className}`}
    >
      <Radix.Thumb className="block size-4.5 translate-x-0.5 rounded-full bg-switch shadow transition-transform data-[state=checked]:translate-x-[18px]" />
    </Radix.Root>
  );
}
