import Link from "next/link";
import type { ActionResult } from "#components/action-result.ts";
import { ConfirmButton } from "#components/confirm-button.tsx";
import { shortDigest } from "#components/registry/digest.tsx";
import { SignedBy } from "#components/registry/signed-by.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Cell, Row, Table } from "#components/ui/table.tsx";
import type { CapabilityDecision } from "#lib/access/index.ts";

interface Image {
  repository: { id: string; name: string };
  digest: string;
  tag: string | null;
  platforms: string[];
  isThere: boolean;
  /** Null where no policy names signers. */
  signed: Signed | null;
}

/** Who signed something, and what there is in a signature's place. */
export interface Signed {
  by: string[];
  problem: string | null;
  isUnread: boolean;
}

interface Props {
  images: Image[];
  /** Where repositories have their pages. */
  base: string;
  decision: CapabilityDecision;
  onUntie: (image: { repositoryId: string; digest: string }) => Promise<ActionResult<null>>;
}

/** The images that are published with a release. */
export function ImagesTable({ images, base, decision, onUntie }: Props) {
  const asked = images.some(({ signed }) => signed);
  return (
    <Table caption="Images" columns={["Image", "Digest", "Platforms", ...(asked ? ["Signed by"] : []), "Remove"]}>
      {images.map(({ repository, digest, tag, platforms, isThere, signed }) => (
        <Row key={repository.id + digest}>
          <Cell className="font-mono text-xs sm:w-[34%]">
            {repository.name}
            {tag ? `:${tag}` : ""}
          </Cell>
          <Cell label="Digest">
            {isThere ? (
              <Link
                href={`${base}/${repository.id}/manifest?at=${digest}`}
                className="rounded font-mono text-accent-ink text-xs hover:underline"
                title={digest}
              >
                {shortDigest(digest)}
              </Link>
            ) : (
              <Badge tone="danger">deleted meanwhile</Badge>
            )}
          </Cell>
          <Cell label="Platforms" className="text-[13px]">
            {platforms.join(", ") || "–"}
          </Cell>
          {asked ? <Cell label="Signed by">{signed ? <SignedBy {...signed} /> : "–"}</Cell> : null}
          <Cell label="Remove" className="sm:w-px">
            <ConfirmButton
              small
              verb="Remove"
              label={`Remove ${repository.name} from the release`}
              title={`Remove ${repository.name}?`}
              consequence="The image stays where it is. It is no longer a part of this release."
              decision={decision}
              onConfirm={onUntie.bind(null, { repositoryId: repository.id, digest })}
            />
          </Cell>
        </Row>
      ))}
    </Table>
  );
}
