-- AlterTable
ALTER TABLE "assets" ADD COLUMN     "created_by" TEXT NOT NULL DEFAULT 'system',
ADD COLUMN     "sha512" TEXT,
ADD COLUMN     "signs_id" UUID;

-- AlterTable
ALTER TABLE "blobs" ADD COLUMN     "released_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "uploads" ADD COLUMN     "arch" TEXT,
ADD COLUMN     "filename" TEXT,
ADD COLUMN     "os" TEXT,
ADD COLUMN     "release_id" UUID,
ADD COLUMN     "sha256" TEXT,
ADD COLUMN     "signs_id" UUID,
ADD COLUMN     "size" BIGINT,
ALTER COLUMN "repository_id" DROP NOT NULL;

-- CreateIndex
CREATE INDEX "assets_tenant_id_blob_digest_idx" ON "assets"("tenant_id", "blob_digest");

-- CreateIndex
CREATE INDEX "uploads_release_id_idx" ON "uploads"("release_id");

-- AddForeignKey
ALTER TABLE "uploads" ADD CONSTRAINT "uploads_tenant_id_release_id_fkey" FOREIGN KEY ("tenant_id", "release_id") REFERENCES "releases"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "assets" ADD CONSTRAINT "assets_tenant_id_signs_id_fkey" FOREIGN KEY ("tenant_id", "signs_id") REFERENCES "assets"("tenant_id", "id") ON DELETE NO ACTION ON UPDATE NO ACTION;

-- By hand: one place for what comes in; a release's file has a name.
ALTER TABLE uploads ADD CONSTRAINT uploads_one_place CHECK (
  (repository_id IS NULL) <> (release_id IS NULL) AND (release_id IS NULL) = (filename IS NULL));

-- Releases' files take room, too: a tenant holds what its repositories or its releases have, each blob once.
CREATE FUNCTION first_held_size(holder uuid, added text, link_count bigint, asset_count bigint) RETURNS numeric
  LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN
    (SELECT count(*) FROM repository_blobs r WHERE r.tenant_id = holder AND r.digest = added) = link_count
    AND (SELECT count(*) FROM assets a WHERE a.tenant_id = holder AND a.blob_digest = added) = asset_count
    THEN (SELECT size FROM blobs WHERE digest = added) ELSE 0 END::numeric
$$;

CREATE OR REPLACE FUNCTION count_new_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM changed) THEN RETURN NULL; END IF;
  INSERT INTO tenant_storage (tenant_id) SELECT DISTINCT tenant_id FROM changed ORDER BY tenant_id ON CONFLICT DO NOTHING;
  PERFORM 1 FROM tenant_storage WHERE tenant_id IN (SELECT tenant_id FROM changed) ORDER BY tenant_id FOR NO KEY UPDATE;
  UPDATE tenant_storage s SET bytes = s.bytes + n.bytes FROM (
    SELECT c.tenant_id, sum(first_held_size(c.tenant_id, c.digest, c.links, 0)) AS bytes
    FROM (SELECT tenant_id, digest, count(*) AS links FROM changed GROUP BY tenant_id, digest) c GROUP BY c.tenant_id) n
  WHERE s.tenant_id = n.tenant_id AND n.bytes <> 0;
  RETURN NULL;
END $$;

CREATE FUNCTION count_new_assets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM changed) THEN RETURN NULL; END IF;
  INSERT INTO tenant_storage (tenant_id) SELECT DISTINCT tenant_id FROM changed ORDER BY tenant_id ON CONFLICT DO NOTHING;
  PERFORM 1 FROM tenant_storage WHERE tenant_id IN (SELECT tenant_id FROM changed) ORDER BY tenant_id FOR NO KEY UPDATE;
  UPDATE tenant_storage s SET bytes = s.bytes + n.bytes FROM (
    SELECT c.tenant_id, sum(first_held_size(c.tenant_id, c.blob_digest, 0, c.files)) AS bytes
    FROM (SELECT tenant_id, blob_digest, count(*) AS files FROM changed GROUP BY tenant_id, blob_digest) c
    GROUP BY c.tenant_id) n
  WHERE s.tenant_id = n.tenant_id AND n.bytes <> 0;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION count_gone_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM changed) THEN RETURN NULL; END IF;
  PERFORM 1 FROM tenant_storage WHERE tenant_id IN (SELECT tenant_id FROM changed) ORDER BY tenant_id FOR NO KEY UPDATE;
  UPDATE tenant_storage s SET bytes = s.bytes - n.bytes FROM (
    SELECT c.tenant_id, sum(first_held_size(c.tenant_id, c.digest, 0, 0)) AS bytes
    FROM (SELECT DISTINCT tenant_id, digest FROM changed) c GROUP BY c.tenant_id) n
  WHERE s.tenant_id = n.tenant_id AND n.bytes <> 0;
  RETURN NULL;
END $$;

-- The blobs first, as whoever commits one has them before its tenant's row.
CREATE FUNCTION count_gone_assets() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM changed) THEN RETURN NULL; END IF;
  PERFORM 1 FROM blobs WHERE digest IN (SELECT blob_digest FROM changed) ORDER BY digest FOR NO KEY UPDATE;
  UPDATE blobs SET released_at = now() WHERE digest IN (SELECT blob_digest FROM changed);
  PERFORM 1 FROM tenant_storage WHERE tenant_id IN (SELECT tenant_id FROM changed) ORDER BY tenant_id FOR NO KEY UPDATE;
  UPDATE tenant_storage s SET bytes = s.bytes - n.bytes FROM (
    SELECT c.tenant_id, sum(first_held_size(c.tenant_id, c.blob_digest, 0, 0)) AS bytes
    FROM (SELECT DISTINCT tenant_id, blob_digest FROM changed) c GROUP BY c.tenant_id) n
  WHERE s.tenant_id = n.tenant_id AND n.bytes <> 0;
  RETURN NULL;
END $$;

CREATE TRIGGER assets_count_new AFTER INSERT ON assets REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_new_assets();
CREATE TRIGGER assets_count_gone AFTER DELETE ON assets REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_gone_assets();

INSERT INTO tenant_storage (tenant_id, bytes)
  SELECT h.tenant_id, sum(b.size) FROM (SELECT DISTINCT tenant_id, blob_digest FROM assets a WHERE NOT EXISTS (
    SELECT FROM repository_blobs r WHERE r.tenant_id = a.tenant_id AND r.digest = a.blob_digest)) h
  JOIN blobs b ON b.digest = h.blob_digest GROUP BY h.tenant_id
  ON CONFLICT (tenant_id) DO UPDATE SET bytes = tenant_storage.bytes + excluded.bytes;
