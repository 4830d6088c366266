import type { Ctx } from "../context.ts";
import { csvLine } from "../csv.ts";
import type { GrantEntry, MemberEntry, Picture, ProductEntry } from "./picture.ts";
import { viewSnapshot } from "./view-snapshots.ts";

export interface SnapshotFile {
  filename: string;
  lines: AsyncIterable<string>;
  contentType?: string;
}

/** What a snapshot is exported as. */
export const SNAPSHOT_FORMATS = { csv: snapshotCsv, json: snapshotJson } as const;

/**
 * A snapshot as a table: a line for every member and product, with the source of what they may have.
 * @throws forbidden without `provider.view`; not_found
 */
export async function snapshotCsv(ctx: Ctx, snapshotId: string): Promise<SnapshotFile> {
  const { picture } = await viewSnapshot(ctx, snapshotId);
  return { filename: `${nameOf(picture)}.csv`, lines: csvOf(picture) };
}

/**
 * A snapshot with its signature, as `scripts/verify-snapshot.mjs` checks it without a network.
 * @throws as snapshotCsv
 */
export async function snapshotJson(ctx: Ctx, snapshotId: string): Promise<SnapshotFile> {
  const { picture, text, signature } = await viewSnapshot(ctx, snapshotId);
  const whole = `{"signature":${JSON.stringify(signature)},"snapshot":${text}}\n`;
  return { filename: `${nameOf(picture)}.json`, contentType: "application/json", lines: once(whole) };
}

async function* once(text: string): AsyncIterable<string> {
  yield text;
}

function nameOf({ tenant, takenAt }: Picture): string {
  return `${tenant.slug}-compliance-${takenAt.slice(0, 19).replaceAll(":", "")}`;
}

const COLUMNS = [
  "member",
  "standing",
  "product",
  "restricted",
  "access",
  "source",
  "reference",
  "reason",
  "granted_by",
];

async function* csvOf({ members, products, grants }: Picture): AsyncIterable<string> {
  yield csvLine([...COLUMNS, "granted_at", "expires_at"]);
  const held = Map.groupBy(grants, ({ memberId, product }) => `${memberId} ${product}`);
  for (const member of members) {
    const lines = products.flatMap((product) =>
      linesOf(member, product, held.get(`${member.id} ${product.slug}`) ?? []),
    );
    yield lines.join("");
  }
}

function linesOf({ email, standing, goodStanding }: MemberEntry, product: ProductEntry, own: GrantEntry[]): string[] {
  const { slug, restricted, hidden, archived } = product;
  const access = goodStanding && !archived && (own.length > 0 || !(restricted || hidden));
  const who = [email, standing, slug, restricted ? "yes" : "no", access ? "yes" : "no"];
  if (own.length === 0) return [csvLine([...who, access ? "open to members" : "", "", "", "", "", ""])];
  return own.map((grant) => csvLine([...who, ...sourceOf(grant)]));
}

function sourceOf({ source, reference, reason, grantedBy, grantedAt, expiresAt }: GrantEntry): (string | null)[] {
  return [source, reference, reason, grantedBy, grantedAt, expiresAt];
}
