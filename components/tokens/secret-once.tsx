"use client";

import { Button } from "#components/ui/button.tsx";
import { CopyField } from "#components/ui/copy-field.tsx";
import { DialogFooter } from "#components/ui/dialog.tsx";

export interface Login {
  host: string;
  /** Null where it is the token's own name. */
  username: string | null;
}

/** A secret that was just made, and the line that signs in with it. */
export function SecretOnce({ secret, login, onDone }: { secret: string; login: Login; onDone: () => void }) {
  return (
    <div className="grid gap-4">
      <div className="grid gap-1">
        <p className="font-medium text-[13px]">Secret</p>
        <CopyField label="Secret" value={secret} />
      </div>
      <div className="grid gap-1">
        <p className="font-medium text-[13px]">Sign in</p>
        <CopyField label="Sign-in command" value={`docker login ${login.host} -u ${login.username}`} />
        <p className="text-soft text-xs">Paste the secret where it asks for the password.</p>
      </div>
      <DialogFooter>
        <Button variant="primary" onClick={onDone}>
          I have copied it
        </Button>
      </DialogFooter>
    </div>
  );
}
