import { CAPABILITIES, isCapability } from "#lib/access/index.ts";

const SHORT: Record<string, string> = { "registry.pull": "Pull", "registry.push": "Push" };

/** Tokens as their table shows them: what each may do in words. */
export function scopesShown<T extends { scopes: string[] }>(tokens: T[]): T[] {
  return tokens.map((token) => ({ ...token, scopes: token.scopes.map(scopeInWords) }));
}

/** `Pull`, `Grant entitlements` */
export function scopeInWords(scope: string): string {
  if (!isCapability(scope)) return scope;
  const { label } = CAPABILITIES[scope];
  return SHORT[scope] ?? label.charAt(0).toUpperCase() + label.slice(1);
}
