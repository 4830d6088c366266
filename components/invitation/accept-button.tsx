"use client";

import { useRouter } from "next/navigation";
import { signOut } from "next-auth/react";
import type { ActionResult } from "#components/action-result.ts";
import { Button } from "#components/ui/button.tsx";
import { useAction } from "#components/use-action.ts";

/** Accepts, and goes to the workspace. */
export function AcceptButton({ onAccept }: { onAccept: () => Promise<ActionResult<{ slug: string }>> }) {
  const router = useRouter();
  const { run, pending } = useAction(onAccept);
  const accept = async () => {
    const accepted = await run();
    if (accepted) router.push(`/t/${accepted.data.slug}`);
  };
  return (
    <Button variant="primary" pending={pending} onClick={accept}>
      Accept
    </Button>
  );
}

/** Signs out, and comes back as nobody. */
export function SignOutToAccept({ to }: { to: string }) {
  return (
    <Button variant="primary" onClick={() => signOut({ callbackUrl: to })}>
      Sign out and come back
    </Button>
  );
}
