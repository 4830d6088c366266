-- CreateTable
CREATE TABLE "upstream_registries" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "username" TEXT,
    "password_encrypted" BYTEA,
    "secret_set_at" TIMESTAMPTZ(3),
    "findings" JSONB NOT NULL DEFAULT '[]',
    "checked_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "upstream_registries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "upstream_repositories" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "repository_id" UUID NOT NULL,
    "registry_id" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "patterns" TEXT[],
    "pull_through" BOOLEAN NOT NULL DEFAULT true,
    "fresh_minutes" INTEGER NOT NULL DEFAULT 5,
    "import_every_hours" INTEGER,
    "imported_at" TIMESTAMPTZ(3),
    "refusals" INTEGER NOT NULL DEFAULT 0,
    "refusal" TEXT,
    "refused_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "upstream_repositories_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "upstream_tags" (
    "tenant_id" UUID NOT NULL,
    "upstream_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "upstream_tags_pkey" PRIMARY KEY ("upstream_id","name")
);

-- CreateIndex
CREATE UNIQUE INDEX "upstream_registries_tenant_id_id_key" ON "upstream_registries"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "upstream_registries_tenant_id_name_key" ON "upstream_registries"("tenant_id", "name");

-- CreateIndex
CREATE INDEX "upstream_repositories_tenant_id_registry_id_idx" ON "upstream_repositories"("tenant_id", "registry_id");

-- CreateIndex
CREATE UNIQUE INDEX "upstream_repositories_tenant_id_id_key" ON "upstream_repositories"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "upstream_repositories_tenant_id_repository_id_key" ON "upstream_repositories"("tenant_id", "repository_id");

-- CreateIndex
CREATE INDEX "upstream_tags_tenant_id_idx" ON "upstream_tags"("tenant_id");

-- AddForeignKey
ALTER TABLE "upstream_registries" ADD CONSTRAINT "upstream_registries_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "upstream_repositories" ADD CONSTRAINT "upstream_repositories_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "upstream_repositories" ADD CONSTRAINT "upstream_repositories_tenant_id_repository_id_fkey" FOREIGN KEY ("tenant_id", "repository_id") REFERENCES "repositories"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "upstream_repositories" ADD CONSTRAINT "upstream_repositories_tenant_id_registry_id_fkey" FOREIGN KEY ("tenant_id", "registry_id") REFERENCES "upstream_registries"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "upstream_tags" ADD CONSTRAINT "upstream_tags_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "upstream_tags" ADD CONSTRAINT "upstream_tags_tenant_id_upstream_id_fkey" FOREIGN KEY ("tenant_id", "upstream_id") REFERENCES "upstream_repositories"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Whether a repository has an upstream is known beside the repository (lib/entitlements/place.ts). What is counted here is not.
CREATE TRIGGER upstream_repositories_tell AFTER INSERT OR UPDATE OF repository_id, pull_through OR DELETE ON upstream_repositories
  FOR EACH ROW EXECUTE FUNCTION tell_change('tenant', 'tenant_id');
