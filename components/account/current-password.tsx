import { Field, Input } from "#components/ui/field.tsx";

/** Asks the owner for the password, where the account has one: whoever finds the browser open changes nothing. */
export function CurrentPassword({ asked, error }: { asked: boolean; error?: string | undefined }) {
  if (!asked) return null;
  return (
    <Field label="Current password" error={error}>
      <Input name="currentPassword" type="password" autoComplete="current-password" />
    </Field>
  );
}

/** What was typed there; absent where nothing was asked. */
export function typedPassword(form: HTMLFormElement): { currentPassword?: string } {
  const typed = new FormData(form).get("currentPassword");
  return typed === null ? {} : { currentPassword: String(typed) };
}
