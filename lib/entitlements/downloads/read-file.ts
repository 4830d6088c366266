import { z } from "zod";
import { decide } from "#lib/access/index.ts";
import { notFound } from "../../errors.ts";
import { type Access, decideAccess } from "../decide-access.ts";
import { findFile, type ReleaseFile } from "./files.ts";
import { type Asker, admit, placeNamed } from "./product-named.ts";

export interface ReadableFile {
  file: ReleaseFile;
  access: Access;
}

interface FileAsked {
  /** Its id. */
  file: string;
  /** The vendor's slug, where one is named. */
  tenant?: string;
}

/**
 * A file that the caller may have now, by its id: the decision of a pull of its product. Withdrawn ones are there for who
 * asks for them; those of drafts and archived releases for the team alone.
 * @throws not_found for one that they may not know of, there or not; not_entitled or forbidden with the reason, recorded
 */
export async function readFile(asker: Asker, { file: id, tenant }: FileAsked): Promise<ReadableFile> {
  const found = z.uuid().safeParse(id).success ? await findFile(id) : null;
  const place = placeNamed({ tenant: found?.vendor.slug ?? "", product: found?.product.slug ?? "" });
  // Asked about nothing, too: whether the token still holds.
  const access = await decideAccess(asker.principal, place, "registry.pull");
  const isElsewhere = Boolean(tenant) && tenant !== found?.vendor.slug;
  if (!found || isElsewhere || !isThereFor(access, found.release.status)) throw notFound("file");
  const label = `${found.product.slug} ${found.release.version} ${found.filename}`;
  await admit(access, asker.requestId, { what: "file", subject: { type: "asset", id, label } });
  if (!found.blob.isLive) throw notFound("file");
  return { file: found, access };
}

function isThereFor({ actor }: Access, status: ReleaseFile["release"]["status"]): boolean {
  return status === "published" || status === "yanked" || decide(actor, "release.view").allowed;
}
