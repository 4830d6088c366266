"use client";

import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import { type ReactNode, useRef } from "react";
import { Button } from "./button.tsx";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  /** What it is about, in a sentence; read out with the title. */
  description?: ReactNode;
  /** A form begins at its first field, a question at Cancel; what is shown once is not closed by Escape. */
  kind?: "form" | "question" | "once";
  children: ReactNode;
}

/**
 * A modal dialog: focus stays in it, Escape closes it, focus goes back to where it was. A click beside it does not close
 * it: what was typed would be lost.
 */
export function Dialog({ open, onOpenChange, title, description, kind = "form", children }: DialogProps) {
  const content = useRef<HTMLDivElement>(null);
  const opener = useRef<Element>(null);
  const begin = (event: Event) => {
    opener.current = document.activeElement;
    const first = content.current?.querySelector<HTMLElement>(kind === "question" ? CANCEL : `${FIELD}, ${CANCEL}`);
    if (first) event.preventDefault();
    first?.focus();
  };
  const end = (event: Event) => {
    event.preventDefault();
    giveBack(opener.current);
  };
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/45 data-[state=open]:animate-fade" />
        <Radix.Content
          ref={content}
          onOpenAutoFocus={begin}
          onCloseAutoFocus={end}
          onInteractOutside={(event) => event.preventDefault()}
          onEscapeKeyDown={kind === "once" ? (event) => event.preventDefault() : undefined}
          {...(description ? {} : { "aria-describedby": undefined })}
          className="wrap-anywhere fixed z-50 max-h-[90dvh] w-full overflow-y-auto border border-line bg-surface p-5 shadow-xl outline-none data-[state=open]:animate-fade max-sm:inset-x-0 max-sm:bottom-0 max-sm:rounded-t-xl sm:top-1/2 sm:left-1/2 sm:max-w-lg sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-xl"
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

const FIELD = "input:not([type=hidden]), select, textarea";
const CANCEL = "[data-cancel]";

const WATCHED_MS = 5000;

// The row whose button opened it may go, now or when the page was read again: its title is the next best place.
function giveBack(opener: Element | null): void {
  if (!(opener instanceof HTMLElement && opener.isConnected)) {
    toTitle();
    return;
  }
  opener.focus();
  const observer = new MutationObserver(() => {
    if (opener.isConnected) return;
    observer.disconnect();
    toTitle();
  });
  observer.observe(document.body, { childList: true, subtree: true });
  setTimeout(() => observer.disconnect(), WATCHED_MS);
}

function toTitle(): void {
  const title = document.querySelector<HTMLElement>("#main h1");
  if (!title || document.activeElement !== document.body) return;
  title.tabIndex = -1;
  title.focus();
}

/** A dialog's buttons: the way out first, where there is one. */
export function DialogFooter({ onCancel, children }: { onCancel?: () => void; children: ReactNode }) {
  return (
    <div className="mt-6 flex flex-wrap justify-end gap-2">
      {onCancel ? (
        <Button data-cancel onClick={onCancel}>
          Cancel
        </Button>
      ) : null}
      {children}
    </div>
  );
}
