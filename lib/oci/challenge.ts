import { registryService } from "#lib/identity/index.ts";
import { env } from "../env.ts";

/**
 * The challenge of a 401 (distribution docs/spec/auth/token.md). Every parameter is quoted. A scope in which the words
 * bearer or basic occur is left out: some clients look for the last such word in the header, and all know the scope.
 */
export function challenge({ scope, error }: { scope?: string; error?: string }): string {
  const parts = [`realm="${env().PUBLIC_URL}/auth/token"`, `service="${registryService()}"`];
  if (scope && !/bearer|basic/i.test(scope)) parts.push(`scope="${scope}"`);
  if (error === "invalid_token" || error === "insufficient_scope") parts.push(`error="${error}"`);
  return `Bearer ${parts.join(",")}`;
}
