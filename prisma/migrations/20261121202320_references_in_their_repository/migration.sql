-- DropForeignKey
ALTER TABLE "manifest_references" DROP CONSTRAINT "manifest_references_tenant_id_manifest_id_fkey";

-- CreateIndex
CREATE UNIQUE INDEX "manifests_tenant_id_repository_id_id_key" ON "manifests"("tenant_id", "repository_id", "id");

-- AddForeignKey
ALTER TABLE "manifest_references" ADD CONSTRAINT "manifest_references_tenant_id_repository_id_manifest_id_fkey" FOREIGN KEY ("tenant_id", "repository_id", "manifest_id") REFERENCES "manifests"("tenant_id", "repository_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- A robot's name is one robot's while its token lives.
CREATE UNIQUE INDEX "access_tokens_one_robot" ON "access_tokens" ("tenant_id", "name")
  WHERE "kind" = 'robot' AND "revoked_at" IS NULL;
