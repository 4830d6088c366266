"use client";

import { Button } from "#components/ui/button.tsx";
import { Notice } from "./notice.tsx";

/** What a page shows where it could not be loaded: the id that finds it in the log, and a way to try again. */
export function ErrorNotice({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : null;
  return (
    <Notice
      title="This page could not be loaded"
      action={
        <Button variant="primary" onClick={retry}>
          Try again
        </Button>
      }
    >
      <p>Something went wrong on our side. Nothing was changed.</p>
      {digest ? (
        <p className="mt-2">
          If it stays, tell the operator this id: <code className="wrap-anywhere font-mono text-ink">{digest}</code>
        </p>
      ) : null}
    </Notice>
  );
}
