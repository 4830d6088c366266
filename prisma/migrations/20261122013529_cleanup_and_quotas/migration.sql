-- CreateTable
CREATE TABLE "tenant_storage" (
    "tenant_id" UUID NOT NULL,
    "bytes" BIGINT NOT NULL DEFAULT 0,
    "own_quota" BOOLEAN NOT NULL DEFAULT false,
    "quota_bytes" BIGINT,
    "quota_repositories" INTEGER,

    CONSTRAINT "tenant_storage_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "cleanup_runs" (
    "id" UUID NOT NULL,
    "requested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "requested_by" TEXT NOT NULL,
    "requested_by_label" TEXT NOT NULL,
    "dry" BOOLEAN NOT NULL,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "report" JSONB NOT NULL DEFAULT '{}',
    "error" TEXT,

    CONSTRAINT "cleanup_runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cleanup_shares" (
    "tenant_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "blobs" INTEGER NOT NULL DEFAULT 0,
    "bytes" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "cleanup_shares_pkey" PRIMARY KEY ("tenant_id","run_id")
);

-- CreateIndex
CREATE INDEX "cleanup_runs_requested_at_idx" ON "cleanup_runs"("requested_at");

-- CreateIndex
CREATE INDEX "cleanup_shares_run_id_idx" ON "cleanup_shares"("run_id");

-- CreateIndex
CREATE INDEX "assets_blob_digest_idx" ON "assets"("blob_digest");

-- CreateIndex
CREATE INDEX "blobs_storage_key_idx" ON "blobs"("storage_key");

-- CreateIndex
CREATE INDEX "repository_blobs_tenant_id_digest_idx" ON "repository_blobs"("tenant_id", "digest");

-- CreateIndex
CREATE INDEX "uploads_tenant_id_started_by_idx" ON "uploads"("tenant_id", "started_by");

-- AddForeignKey
ALTER TABLE "tenant_storage" ADD CONSTRAINT "tenant_storage_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cleanup_shares" ADD CONSTRAINT "cleanup_shares_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "cleanup_shares" ADD CONSTRAINT "cleanup_shares_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "cleanup_runs"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What a tenant holds is counted where its links change, whoever changes them: each blob once, however many of the tenant's
-- repositories have it. The tenant's row is locked first, so that of two first links to a blob one counts it.
CREATE FUNCTION count_new_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM changed) THEN RETURN NULL; END IF;
  INSERT INTO tenant_storage (tenant_id) SELECT DISTINCT tenant_id FROM changed ORDER BY tenant_id ON CONFLICT DO NOTHING;
  PERFORM 1 FROM tenant_storage WHERE tenant_id IN (SELECT tenant_id FROM changed) ORDER BY tenant_id FOR NO KEY UPDATE;
  UPDATE tenant_storage s SET bytes = s.bytes + n.bytes FROM (
    SELECT c.tenant_id, sum(b.size) AS bytes
    FROM (SELECT tenant_id, digest, count(*) AS links FROM changed GROUP BY tenant_id, digest) c JOIN blobs b USING (digest)
    WHERE (SELECT count(*) FROM repository_blobs r WHERE r.tenant_id = c.tenant_id AND r.digest = c.digest) = c.links
    GROUP BY c.tenant_id) n
  WHERE s.tenant_id = n.tenant_id;
  RETURN NULL;
END $$;

CREATE FUNCTION count_gone_links() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM changed) THEN RETURN NULL; END IF;
  PERFORM 1 FROM tenant_storage WHERE tenant_id IN (SELECT tenant_id FROM changed) ORDER BY tenant_id FOR NO KEY UPDATE;
  UPDATE tenant_storage s SET bytes = s.bytes - n.bytes FROM (
    SELECT c.tenant_id, sum(b.size) AS bytes
    FROM (SELECT DISTINCT tenant_id, digest FROM changed) c JOIN blobs b USING (digest)
    WHERE NOT EXISTS (SELECT FROM repository_blobs r WHERE r.tenant_id = c.tenant_id AND r.digest = c.digest)
    GROUP BY c.tenant_id) n
  WHERE s.tenant_id = n.tenant_id;
  RETURN NULL;
END $$;

CREATE TRIGGER repository_blobs_count_new AFTER INSERT ON repository_blobs REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_new_links();
CREATE TRIGGER repository_blobs_count_gone AFTER DELETE ON repository_blobs REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION count_gone_links();

INSERT INTO tenant_storage (tenant_id, bytes)
  SELECT h.tenant_id, sum(b.size) FROM (SELECT DISTINCT tenant_id, digest FROM repository_blobs) h JOIN blobs b USING (digest)
  GROUP BY h.tenant_id;
