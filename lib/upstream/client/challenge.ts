/** What a 401 asks for (RFC 9110, 11.6.1; distribution docs/spec/auth/token.md). */
export type Challenge = { scheme: "basic" } | { scheme: "bearer"; realm: string; service: string | null };

const PARAMETER = /([a-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi;

/** The first of a header's challenges that we can answer, or null. Bearer goes before Basic where both are offered. */
export function parseChallenge(header: string | undefined): Challenge | null {
  if (!header) return null;
  const bearer = /(?:^|,\s*)bearer\s+(.*)$/i.exec(header)?.[1];
  if (bearer !== undefined) {
    const given = parametersOf(bearer);
    return given.realm ? { scheme: "bearer", realm: given.realm, service: given.service ?? null } : null;
  }
  return /(?:^|,\s*)basic(?:\s|$)/i.test(header) ? { scheme: "basic" } : null;
}

function parametersOf(text: string): Record<string, string> {
  const found = [...text.matchAll(PARAMETER)].map(([, name = "", quoted, plain]) => {
    return [name.toLowerCase(), quoted?.replace(/\\(.)/g, "$1") ?? plain ?? ""] as const;
  });
  // Of two challenges in one header the first one's parameters come first.
  return Object.fromEntries(found.reverse());
}
