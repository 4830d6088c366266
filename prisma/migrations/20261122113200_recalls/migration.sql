-- CreateTable
CREATE TABLE "recalls" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "release_id" UUID,
    "repository_id" UUID,
    "digest" TEXT,
    "label" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "replacement" TEXT,
    "files" JSONB NOT NULL DEFAULT '{}',
    "recalled_by" TEXT NOT NULL,
    "recalled_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lifted_by" TEXT,
    "lifted_at" TIMESTAMPTZ(3),
    "lift_reason" TEXT,

    CONSTRAINT "recalls_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recalled_images" (
    "tenant_id" UUID NOT NULL,
    "recall_id" UUID NOT NULL,
    "repository_id" UUID NOT NULL,
    "digest" TEXT NOT NULL,

    CONSTRAINT "recalled_images_pkey" PRIMARY KEY ("recall_id","repository_id","digest")
);

-- CreateTable
CREATE TABLE "recall_letters" (
    "tenant_id" UUID NOT NULL,
    "recall_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "sent_at" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "recall_letters_pkey" PRIMARY KEY ("recall_id","member_id")
);

-- CreateIndex
CREATE INDEX "recalls_product_id_id_idx" ON "recalls"("product_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "recalls_tenant_id_id_key" ON "recalls"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "recalled_images_repository_id_digest_idx" ON "recalled_images"("repository_id", "digest");

-- CreateIndex
CREATE INDEX "recalled_images_tenant_id_idx" ON "recalled_images"("tenant_id");

-- CreateIndex
CREATE INDEX "recall_letters_tenant_id_idx" ON "recall_letters"("tenant_id");

-- AddForeignKey
ALTER TABLE "recalls" ADD CONSTRAINT "recalls_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recalls" ADD CONSTRAINT "recalls_tenant_id_product_id_fkey" FOREIGN KEY ("tenant_id", "product_id") REFERENCES "products"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recalled_images" ADD CONSTRAINT "recalled_images_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recalled_images" ADD CONSTRAINT "recalled_images_tenant_id_recall_id_fkey" FOREIGN KEY ("tenant_id", "recall_id") REFERENCES "recalls"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recall_letters" ADD CONSTRAINT "recall_letters_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recall_letters" ADD CONSTRAINT "recall_letters_tenant_id_recall_id_fkey" FOREIGN KEY ("tenant_id", "recall_id") REFERENCES "recalls"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recall_letters" ADD CONSTRAINT "recall_letters_tenant_id_member_id_fkey" FOREIGN KEY ("tenant_id", "member_id") REFERENCES "members"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What the schema file can't say.

ALTER TABLE "recalls" ADD CONSTRAINT "recalls_one_kind"
  CHECK (("release_id" IS NOT NULL) <> ("repository_id" IS NOT NULL) AND ("repository_id" IS NULL) = ("digest" IS NULL));
CREATE UNIQUE INDEX "recalls_standing_release" ON "recalls"("release_id") WHERE "lifted_at" IS NULL;
CREATE UNIQUE INDEX "recalls_standing_image" ON "recalls"("repository_id", "digest") WHERE "lifted_at" IS NULL;
CREATE INDEX "recall_letters_waiting" ON "recall_letters"("recall_id") WHERE "sent_at" IS NULL;

-- What is said of a repository's images is known beside the repository (lib/entitlements/place.ts).
CREATE TRIGGER recalls_tell AFTER INSERT OR UPDATE OR DELETE ON recalls FOR EACH ROW
  EXECUTE FUNCTION tell_change('tenant', 'tenant_id');
CREATE TRIGGER recalled_images_tell AFTER INSERT OR UPDATE OR DELETE ON recalled_images FOR EACH ROW
  EXECUTE FUNCTION tell_change('tenant', 'tenant_id');
