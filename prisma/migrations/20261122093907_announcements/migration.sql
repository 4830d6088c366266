-- AlterTable
ALTER TABLE "members" ADD COLUMN     "release_mail" BOOLEAN NOT NULL DEFAULT true;

-- CreateTable
CREATE TABLE "announcements" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "release_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "finished_at" TIMESTAMPTZ(3),

    CONSTRAINT "announcements_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "announcement_letters" (
    "tenant_id" UUID NOT NULL,
    "announcement_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "sent_at" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "announcement_letters_pkey" PRIMARY KEY ("announcement_id","member_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "announcements_tenant_id_id_key" ON "announcements"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "announcements_tenant_id_release_id_key" ON "announcements"("tenant_id", "release_id");

-- CreateIndex
CREATE INDEX "announcement_letters_tenant_id_idx" ON "announcement_letters"("tenant_id");

-- AddForeignKey
ALTER TABLE "announcements" ADD CONSTRAINT "announcements_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "announcements" ADD CONSTRAINT "announcements_tenant_id_release_id_fkey" FOREIGN KEY ("tenant_id", "release_id") REFERENCES "releases"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "announcement_letters" ADD CONSTRAINT "announcement_letters_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "announcement_letters" ADD CONSTRAINT "announcement_letters_tenant_id_announcement_id_fkey" FOREIGN KEY ("tenant_id", "announcement_id") REFERENCES "announcements"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "announcement_letters" ADD CONSTRAINT "announcement_letters_tenant_id_member_id_fkey" FOREIGN KEY ("tenant_id", "member_id") REFERENCES "members"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;
