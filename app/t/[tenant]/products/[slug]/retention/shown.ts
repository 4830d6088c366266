import type { PreviewShown } from "#components/registry/retention-preview.tsx";
import type { RetentionPreview } from "#lib/catalog/index.ts";

const LISTED = 100;

/** A preview as its page shows it: counts of everything, and the first of each list. */
export function previewShown({ asOf, fingerprint, total, repositories }: RetentionPreview): PreviewShown {
  return {
    asOf: asOf.toISOString(),
    fingerprint,
    total,
    repositories: repositories.map(({ id, name, tags, going, staying, bytes }) => ({
      id,
      name,
      bytes,
      tags: listed(tags.filter(({ goes }) => goes)),
      manifests: listed(going.map(({ digest, why }) => ({ name: digest, why }))),
      kept: listed([...tags.filter(({ goes }) => !goes), ...staying.map(({ digest, why }) => ({ name: digest, why }))]),
    })),
  };
}

function listed(list: readonly { name: string; why: string }[]) {
  return { count: list.length, shown: list.slice(0, LISTED).map(({ name, why }) => ({ name, why })) };
}
