import type { PreviewShown } from "./retention-preview.tsx";

const LISTED = 100;
const REPOSITORIES_LISTED = 50;

/** What retention would take and leave, in whole. */
export interface WholePreview extends Pick<PreviewShown, "fingerprint" | "total"> {
  asOf: Date;
  repositories: {
    id: string;
    name: string;
    tags: { name: string; why: string; goes: boolean }[];
    going: { digest: string; why: string }[];
    staying: { digest: string; why: string }[];
    bytes: number;
  }[];
}

/** A preview as its page shows it: counts of everything, and the first of each list; repositories that lose something come first. */
export function previewShown({ asOf, fingerprint, total, repositories }: WholePreview): PreviewShown {
  const loses = ({ tags, going }: (typeof repositories)[number]) => going.length > 0 || tags.some(({ goes }) => goes);
  const ordered = [...repositories.filter(loses), ...repositories.filter((repository) => !loses(repository))];
  return {
    asOf: asOf.toISOString(),
    fingerprint,
    total,
    more: Math.max(0, ordered.length - REPOSITORIES_LISTED),
    repositories: ordered.slice(0, REPOSITORIES_LISTED).map(({ id, name, tags, going, staying, bytes }) => ({
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
