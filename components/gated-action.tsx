"use client";

import {
  cloneElement,
  type KeyboardEvent,
  type ReactElement,
  type ReactNode,
  type SyntheticEvent,
  useId,
  useState,
} from "react";
import type { CapabilityDecision } from "#lib/access/index.ts";
import { Tooltip } from "./ui/tooltip.tsx";

interface Control {
  href?: unknown;
  className?: string;
  children?: ReactNode;
}

/**
 * The only way to show a privileged control: a button, a switch or a link, as a client component's child. Denied, it is
 * the same control and can be reached, but does nothing and says why. It decorates only: the server decides again.
 */
export function GatedAction({ decision, children }: { decision: CapabilityDecision; children: ReactElement<Control> }) {
  const id = useId();
  const [open, setOpen] = useState(false);
  // Tab may scroll the page to the control, and scrolling closes a tooltip: while it has the focus, its reason stays.
  const [focused, setFocused] = useState(false);
  if (decision.allowed) return children;
  const denied = {
    // Not `disabled`: nobody could reach it then, nor hear the reason.
    "aria-disabled": true,
    "aria-describedby": id,
    onClick: (event: SyntheticEvent) => {
      swallow(event);
      setOpen(true);
    },
    onFocus: () => setFocused(true),
    onBlur: () => setFocused(false),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key === "Escape") setFocused(false);
      if (event.key !== "Enter" && event.key !== " ") return;
      swallow(event);
      setOpen(true);
    },
    onCheckedChange: undefined,
    type: "button",
  };
  return (
    <>
      <Tooltip text={decision.reason} open={open || focused} onOpenChange={setOpen}>
        {"href" in children.props ? deniedLink(children.props, denied) : cloneElement(children as ReactElement, denied)}
      </Tooltip>
      <span id={id} hidden>
        {decision.reason}
      </span>
    </>
  );
}

// A link that leads somewhere could still be opened in a new tab; without its address it can't.
function deniedLink(
  { className, children }: Control,
  { type: _, onCheckedChange: __, ...denied }: Record<string, unknown>,
) {
  return (
    <a {...denied} role="link" tabIndex={0} className={className}>
      {children}
    </a>
  );
}

function swallow(event: SyntheticEvent): void {
  event.preventDefault();
  event.stopPropagation();
}
