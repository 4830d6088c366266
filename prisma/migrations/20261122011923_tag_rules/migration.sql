-- CreateTable
CREATE TABLE "tag_rules" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "immutable_patterns" TEXT[],
    "retention_enabled" BOOLEAN NOT NULL DEFAULT false,
    "keep_last" INTEGER,
    "keep_days" INTEGER,
    "keep_patterns" TEXT[],
    "keep_pulled_days" INTEGER,
    "untagged_days" INTEGER,
    "applied_at" TIMESTAMPTZ(3),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tag_rules_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pull_days" (
    "repository_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "digest" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "tenant_id" UUID NOT NULL,
    "pulls" INTEGER NOT NULL,
    "last_pulled_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "pull_days_pkey" PRIMARY KEY ("repository_id","day","digest","tag")
);

-- CreateIndex
CREATE UNIQUE INDEX "tag_rules_tenant_id_id_key" ON "tag_rules"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "tag_rules_tenant_id_product_id_key" ON "tag_rules"("tenant_id", "product_id");

-- CreateIndex
CREATE INDEX "pull_days_tenant_id_idx" ON "pull_days"("tenant_id");

-- CreateIndex
CREATE INDEX "tag_events_repository_id_id_idx" ON "tag_events"("repository_id", "id");

-- CreateIndex
CREATE INDEX "tags_repository_id_updated_at_name_idx" ON "tags"("repository_id", "updated_at", "name");

-- AddForeignKey
ALTER TABLE "tag_rules" ADD CONSTRAINT "tag_rules_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "tag_rules" ADD CONSTRAINT "tag_rules_tenant_id_product_id_fkey" FOREIGN KEY ("tenant_id", "product_id") REFERENCES "products"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema file can't say.

-- Moving a tag that is there was part of pushing: who could keeps it, and a new token may be without (threats.md, 7).
UPDATE "access_tokens" SET "scopes" = array_append("scopes", 'registry.moveTag')
  WHERE 'registry.push' = ANY ("scopes") AND NOT 'registry.moveTag' = ANY ("scopes");

INSERT INTO "pull_days" ("repository_id", "day", "digest", "tag", "tenant_id", "pulls", "last_pulled_at")
  SELECT "repository_id", ("at" AT TIME ZONE 'UTC')::date, "digest", coalesce("tag", ''), "tenant_id", count(*), max("at")
  FROM "pull_events" GROUP BY 1, 2, 3, 4, 5;

ALTER TABLE "tag_rules" ADD CONSTRAINT "tag_rules_numbers" CHECK (
  coalesce("keep_last", 1) > 0 AND coalesce("keep_days", 1) > 0 AND coalesce("keep_pulled_days", 1) > 0
    AND coalesce("untagged_days", 1) > 0
);
