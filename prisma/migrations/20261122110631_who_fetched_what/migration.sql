-- CreateTable
CREATE TABLE "pulled_by" (
    "repository_id" UUID NOT NULL,
    "digest" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "tenant_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "member_id" UUID,
    "tag" TEXT,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "pulls" BIGINT NOT NULL,

    CONSTRAINT "pulled_by_pkey" PRIMARY KEY ("repository_id","digest","actor")
);

-- CreateTable
CREATE TABLE "downloaded_by" (
    "asset_id" UUID NOT NULL,
    "actor" TEXT NOT NULL,
    "tenant_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "release_id" UUID NOT NULL,
    "member_id" UUID,
    "first_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "downloads" BIGINT NOT NULL,

    CONSTRAINT "downloaded_by_pkey" PRIMARY KEY ("asset_id","actor")
);

-- CreateIndex
CREATE INDEX "pulled_by_tenant_id_member_id_idx" ON "pulled_by"("tenant_id", "member_id");

-- CreateIndex
CREATE INDEX "pulled_by_product_id_idx" ON "pulled_by"("product_id");

-- CreateIndex
CREATE INDEX "downloaded_by_tenant_id_member_id_idx" ON "downloaded_by"("tenant_id", "member_id");

-- CreateIndex
CREATE INDEX "downloaded_by_product_id_idx" ON "downloaded_by"("product_id");

-- CreateIndex
CREATE INDEX "downloaded_by_release_id_idx" ON "downloaded_by"("release_id");

-- What the schema file can't say.

-- Room beside each row for its next version: a repeated pull writes no index.
ALTER TABLE "pulled_by" SET (fillfactor = 80);
ALTER TABLE "downloaded_by" SET (fillfactor = 80);

-- From the events that there are.
INSERT INTO "pulled_by" ("repository_id", "digest", "actor", "tenant_id", "product_id", "member_id", "tag", "first_at", "last_at", "pulls")
SELECT "repository_id", "digest", "actor", "tenant_id", "product_id",
  (array_agg("member_id" ORDER BY "at" DESC) FILTER (WHERE "member_id" IS NOT NULL))[1],
  (array_agg("tag" ORDER BY "at" DESC) FILTER (WHERE "tag" IS NOT NULL))[1],
  min("at"), max("at"), count(*)
FROM "pull_events" GROUP BY 1, 2, 3, 4, 5 ON CONFLICT DO NOTHING;

INSERT INTO "downloaded_by" ("asset_id", "actor", "tenant_id", "product_id", "release_id", "member_id", "first_at", "last_at", "downloads")
SELECT "asset_id", "actor", "tenant_id", "product_id", "release_id",
  (array_agg("member_id" ORDER BY "at" DESC) FILTER (WHERE "member_id" IS NOT NULL))[1],
  min("at"), max("at"), count(*)
FROM "download_events" GROUP BY 1, 2, 3, 4, 5 ON CONFLICT DO NOTHING;
