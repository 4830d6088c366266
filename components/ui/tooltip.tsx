"use client";

import { Tooltip as Radix } from "radix-ui";
import type { ReactElement } from "react";

interface TooltipProps {
  text: string;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  /** What it is about: one element that takes a ref and the handlers. */
  children: ReactElement;
}

/** A short text beside an element while it is hovered or has the focus; Escape closes it. */
export function Tooltip({ text, open, onOpenChange, children }: TooltipProps) {
  return (
    <Radix.Provider delayDuration={150}>
      <Radix.Root open={open} onOpenChange={onOpenChange}>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content
            sideOffset={6}
            collisionPadding={12}
            className="z-50 max-w-72 rounded-md bg-ink px-2.5 py-1.5 text-[13px] text-canvas leading-snug shadow-lg"
          >
            {text}
            <Radix.Arrow className="fill-ink" />
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
