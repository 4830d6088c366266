/** A scope that a client asks for: `type:name:action[,action]` (distribution docs/spec/auth/scope.md). */
export interface Scope {
  type: string;
  name: string;
  actions: string[];
}

const SCOPES_MAX = 20;

/** Scopes from repeated fields, each of which may hold several with spaces between. What is malformed is left out. */
export function parseScopes(fields: readonly string[]): Scope[] {
  const words = fields.flatMap((field) => field.split(" ")).filter((word) => word !== "");
  return words.slice(0, SCOPES_MAX).flatMap((word) => parseScope(word) ?? []);
}

// The name may hold colons (a host with its port): the type ends at the first, the actions begin after the last.
function parseScope(word: string): Scope | null {
  const first = word.indexOf(":");
  const last = word.lastIndexOf(":");
  if (first <= 0 || last === first) return null;
  const actions = word
    .slice(last + 1)
    .split(",")
    .filter((action) => action !== "");
  return { type: word.slice(0, first), name: word.slice(first + 1, last), actions };
}
