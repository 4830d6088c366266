-- CreateIndex
CREATE INDEX "releases_product_id_published_at_id_idx" ON "releases"("product_id", "published_at", "id");

-- CreateIndex
CREATE INDEX "releases_tenant_id_published_at_id_idx" ON "releases"("tenant_id", "published_at", "id");
