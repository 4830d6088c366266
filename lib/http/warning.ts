const TEXT_MAX = 500;

/** The Warning header for some texts (RFC 9111 dropped it; podman, skopeo and ORAS show it): none where there is none. */
export function warningHeader(...texts: (string | null | undefined)[]): { warning?: string } {
  const said = texts.filter((text) => typeof text === "string");
  return said.length > 0 ? { warning: said.map((text) => `299 - "${quoted(text)}"`).join(", ") } : {};
}

// A header holds ASCII, and within quotes none (RFC 9110, section 5.5).
const quoted = (text: string) =>
  text
    .slice(0, TEXT_MAX)
    .replace(/[\r\n]+/g, " ")
    .replace(/["\\]/g, "'")
    .replace(/[^\x20-\x7e]/g, "?");
