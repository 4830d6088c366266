"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** What it is about, in a sentence; read out with the title. */
  description?: ReactNode;
  children: ReactNode;
}

/** A modal dialog: focus stays in it, Escape closes it, focus goes back to where it was. */
export function Dialog({ open, onOpenChange, title, description, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/45 data-[state=open]:animate-fade" />
        <Radix.Content
          {...(description ? {} : { "aria-describedby": undefined })}
          className="fixed z-50 max-h-[90dvh] w-full overflow-y-auto border border-line bg-surface p-5 shadow-xl outline-none data-[state=open]:animate-fade max-sm:inset-x-0 max-sm:bottom-0 max-sm:rounded-t-xl sm:top-1/2 sm:left-1/2 sm:max-w-lg sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-xl"
        >
          <div className="mb-4 flex items-start justify-between gap-4">
            <div className="min-w-0">
              <Radix.Title className="font-semibold text-base text-ink tracking-tight">{title}</Radix.Title>
              {description ? (
                <Radix.Description className="mt-1 text-sm text-soft">{description}</Radix.Description>
              ) : null}
            </div>
            <Radix.Close
              className="-m-1.5 rounded-md p-1.5 text-soft hover:bg-raised hover:text-ink"
              aria-label="Close"
            >
              <X className="size-4" aria-hidden="true" />
            </Radix.Close>
          </div>
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export function DialogFooter({ children }: { children: ReactNode }) {
  return <div className="mt-6 flex flex-wrap justify-end gap-2">{children}</div>;
}
