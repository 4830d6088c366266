"use client";

import { Button } from "#components/ui/button.tsx";

/** Prints the page, as the browser does. */
export function PrintButton() {
  return (
    <Button size="sm" onClick={() => window.print()}>
      Print
    </Button>
  );
}
