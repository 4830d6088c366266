import type { ActionResult } from "#components/action-result.ts";
import { Time } from "#components/ui/time.tsx";
import { AddPasskey, type AddPasskeyProps } from "./add-passkey.tsx";
import { ConfirmWithPassword } from "./confirm-with-password.tsx";
import { RenamePasskey } from "./rename-passkey.tsx";
import { Section } from "./section.tsx";

interface Passkey {
  id: string;
  name: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

interface Props extends AddPasskeyProps {
  passkeys: Passkey[];
  now: Date;
  onRename: (id: string, input: { name: string }) => Promise<ActionResult<null>>;
  onRemove: (id: string, input: { currentPassword?: string }) => Promise<ActionResult<null>>;
}

/** Somebody's passkeys: each is a way in of its own. */
export function Passkeys({ passkeys, now, onRename, onRemove, ...add }: Props) {
  return (
    <Section
      title="Passkeys"
      lead="They sign you in without a password and count as both factors. Nobody can be talked into giving one away."
      action={<AddPasskey {...add} />}
    >
      {passkeys.length === 0 ? null : (
        <ul className="divide-y divide-line border-line border-t">
          {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
            <li key={id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 py-2.5 last:pb-0">
              <div className="wrap-anywhere min-w-0">
                <p className="font-medium text-sm">{name}</p>
                <p className="text-[13px] text-soft">
                  Added <Time at={createdAt} now={now} />,{" "}
                  {lastUsedAt ? (
                    <>
                      last used <Time at={lastUsedAt} now={now} />
                    </>
                  ) : (
                    "never used"
                  )}
                </p>
              </div>
              <div className="flex gap-2">
                <RenamePasskey name={name} onRename={onRename.bind(null, id)} />
                <ConfirmWithPassword
                  button={{ text: "Remove", label: `Remove ${name}` }}
                  title={`Remove ${name}?`}
                  consequence="It no longer signs you in. Delete it on the device, too, or the browser goes on offering it."
                  confirm="Remove"
                  danger
                  hasPassword={add.hasPassword}
                  onConfirm={onRemove.bind(null, id)}
                />
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
