import type { Role } from "#lib/access/index.ts";

export interface RoleOption {
  role: Role;
  /** Why it can't be given; null where it can. */
  problem: string | null;
}

/** What a role is for, in a line; the whole of it is on the roles page. */
const WORDS: Record<Role, string> = {
  owner: "Everything, with billing, archiving and deleting the workspace.",
  manager: "Products, members, the team, robots and settings.",
  operator: "Pushes images and publishes releases.",
  readonly: "Sees everything and changes nothing.",
};

interface Props {
  options: RoleOption[];
  chosen: Role;
  error: string | undefined;
}

/** The roles to choose from; one above the giver's own is shown and can't be chosen. */
export function RoleChoice({ options, chosen, error }: Props) {
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 font-medium text-[13px]">Role</legend>
      {options.map(({ role, problem }) => (
        <label key={role} className="flex gap-2.5 text-sm">
          <input
            type="radio"
            name="role"
            value={role}
            disabled={problem !== null}
            defaultChecked={role === chosen}
            className="mt-0.5 size-4 shrink-0 accent-accent"
          />
          <span>
            <span className="font-medium capitalize">{role}</span>
            <span className="block text-[13px] text-soft">{problem ?? WORDS[role]}</span>
          </span>
        </label>
      ))}
      {error ? <p className="text-danger-ink text-xs">{error}</p> : null}
    </fieldset>
  );
}
