/**
 * Keeps what was found for a few seconds: what belongs to the instance is the same for all its tenants, and a round of checks
 * asks for each of them.
 */
export function briefly<T>(look: () => Promise<T>, ms = 5000): () => Promise<T> {
  let last: { at: number; found: Promise<T> } | null = null;
  return () => {
    const at = performance.now();
    if (last && at - last.at < ms) return last.found;
    const found = look();
    last = { at, found };
    // A look that broke off is no finding.
    found.catch(() => {
      last = null;
    });
    return found;
  };
}
