/** Looks of a field that somebody may see and not change. */
export const FIXED = "read-only:bg-canvas read-only:text-soft";

/** What a form's field says line by line; empty ones don't count. */
export function linesOf(form: FormData, name: string): string[] {
  return String(form.get(name) ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** What a form's number says; null where it is empty. */
export function numberOf(form: FormData, name: string): number | null {
  const text = String(form.get(name) ?? "").trim();
  return text === "" ? null : Number(text);
}
