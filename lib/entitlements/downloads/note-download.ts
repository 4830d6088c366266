import { actorKey } from "#lib/access/index.ts";
import { useByDaySql } from "#lib/catalog/index.ts";
import { LateWrites } from "#lib/db/index.ts";
import { newId } from "../../ids.ts";
import type { ReadableFile } from "./read-file.ts";

interface Download {
  id: string;
  at: Date;
  tenantId: string;
  productId: string;
  releaseId: string;
  assetId: string;
  actor: string;
  memberId: string | null;
  byLink: boolean;
}

const BY_ACTOR = `
          INSERT INTO downloaded_by (asset_id, actor, tenant_id, product_id, release_id, member_id, first_at, last_at, downloads)
          SELECT asset_id, actor, tenant_id, product_id, release_id,
            (array_agg(member_id ORDER BY at DESC) FILTER (WHERE member_id IS NOT NULL))[1], min(at), max(at), count(*)
          FROM got GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2
          ON CONFLICT (asset_id, actor) DO UPDATE SET downloads = downloaded_by.downloads + EXCLUDED.downloads,
            first_at = least(downloaded_by.first_at, EXCLUDED.first_at),
            last_at = greatest(downloaded_by.last_at, EXCLUDED.last_at),
            member_id = coalesce(EXCLUDED.member_id, downloaded_by.member_id)`;

const downloads = () =>
  LateWrites.of<Download>({
    name: "downloads",
    table: "download_events",
    columns: ["id", "at", "tenantId", "productId", "releaseId", "assetId", "actor", "memberId", "byLink"],
    // What is written twice is counted once; rows in order, so that two workers don't wait for each other.
    insert: {
      name: "insert_downloads",
      text: `
        WITH got AS (
          INSERT INTO download_events (id, at, tenant_id, product_id, release_id, asset_id, actor, member_id, by_link)
          SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[],
            $8::uuid[], $9::boolean[]) ON CONFLICT DO NOTHING
          RETURNING at, (at AT TIME ZONE 'UTC')::date AS day, tenant_id, product_id, release_id, asset_id, actor, member_id
        ), by_actor AS (${BY_ACTOR}), ${useByDaySql("got", "downloads")}
        INSERT INTO download_days (asset_id, day, tenant_id, release_id, downloads, last_downloaded_at)
        SELECT asset_id, day, tenant_id, release_id, count(*), max(at) FROM got GROUP BY 1, 2, 3, 4 ORDER BY 1, 2
        ON CONFLICT (asset_id, day) DO UPDATE SET downloads = download_days.downloads + EXCLUDED.downloads,
          last_downloaded_at = greatest(download_days.last_downloaded_at, EXCLUDED.last_downloaded_at)`,
    },
  });

/** Counts a download, off the request's path. */
export function noteDownload({ file, access }: ReadableFile, { byLink }: { byLink: boolean }): void {
  const { tenantId, product, release, id: assetId } = file;
  const of = { tenantId, productId: product.id, releaseId: release.id, assetId };
  const by = { actor: actorKey(access.actor), memberId: access.memberId, byLink };
  addDownload({ at: new Date(), ...of, ...by });
}

/** The same by ids alone, at any moment. */
export function addDownload(download: Omit<Download, "id">): void {
  downloads().add({ id: newId(), ...download });
}

/** Writes the downloads that wait. */
export function flushDownloads(): Promise<void> {
  return downloads().flush();
}
