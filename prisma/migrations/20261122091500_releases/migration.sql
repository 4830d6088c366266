-- AlterTable
ALTER TABLE "releases" ADD COLUMN     "archived_at" TIMESTAMPTZ(3),
ADD COLUMN     "created_by" TEXT NOT NULL DEFAULT 'system',
ADD COLUMN     "version_key" TEXT COLLATE "C",
ADD COLUMN     "yank_reason" TEXT,
ADD COLUMN     "yanked_at" TIMESTAMPTZ(3);

-- Nothing could make a release before: a row that was put here by hand keeps a key that is its own.
UPDATE "releases" SET "version_key" = "version";
ALTER TABLE "releases" ALTER COLUMN "version_key" SET NOT NULL;

-- CreateTable
CREATE TABLE "release_images" (
    "tenant_id" UUID NOT NULL,
    "release_id" UUID NOT NULL,
    "repository_id" UUID NOT NULL,
    "digest" TEXT NOT NULL,
    "manifest_digest" TEXT,
    "tag" TEXT,
    "tied_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "release_images_pkey" PRIMARY KEY ("release_id","repository_id","digest"),
    CONSTRAINT "release_images_manifest" CHECK ("manifest_digest" = "digest")
);

-- CreateTable
CREATE TABLE "deleted_versions" (
    "tenant_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "version_key" TEXT COLLATE "C" NOT NULL,
    "version" TEXT NOT NULL,
    "deleted_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "deleted_versions_pkey" PRIMARY KEY ("product_id","version_key")
);

-- CreateIndex
CREATE INDEX "release_images_repository_id_digest_idx" ON "release_images"("repository_id", "digest");

-- CreateIndex
CREATE INDEX "releases_product_id_status_version_key_idx" ON "releases"("product_id", "status", "version_key");

-- CreateIndex
CREATE UNIQUE INDEX "releases_product_id_version_key_key" ON "releases"("product_id", "version_key");

-- AddForeignKey
ALTER TABLE "release_images" ADD CONSTRAINT "release_images_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_images" ADD CONSTRAINT "release_images_tenant_id_release_id_fkey" FOREIGN KEY ("tenant_id", "release_id") REFERENCES "releases"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_images" ADD CONSTRAINT "release_images_tenant_id_repository_id_fkey" FOREIGN KEY ("tenant_id", "repository_id") REFERENCES "repositories"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "release_images" ADD CONSTRAINT "release_images_tenant_id_repository_id_manifest_digest_fkey" FOREIGN KEY ("tenant_id", "repository_id", "manifest_digest") REFERENCES "manifests"("tenant_id", "repository_id", "digest") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deleted_versions" ADD CONSTRAINT "deleted_versions_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "deleted_versions" ADD CONSTRAINT "deleted_versions_tenant_id_product_id_fkey" FOREIGN KEY ("tenant_id", "product_id") REFERENCES "products"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;
