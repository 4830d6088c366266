"use client";

import { Download } from "lucide-react";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/use-action.ts";

interface Props {
  filename: string;
  /** A link to the file that holds for some minutes. */
  onLink: () => Promise<ActionResult<{ url: string }>>;
}

/** Fetches a file by a link that is made when it is asked for: whether it may be had is decided then. */
export function DownloadButton({ filename, onLink }: Props) {
  const { run, pending } = useAction(onLink);
  const fetchIt = async () => {
    const answer = await run();
    // The answer is an attachment, so the page stays.
    if (answer) window.location.assign(answer.data.url);
  };
  return (
    <Button size="sm" pending={pending} aria-label={`Download ${filename}`} onClick={fetchIt}>
      <Download className="size-3.5" aria-hidden="true" /> Download
    </Button>
  );
}
