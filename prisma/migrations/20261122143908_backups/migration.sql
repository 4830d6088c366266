-- CreateEnum
CREATE TYPE "backup_state" AS ENUM ('writing', 'kept', 'failed');

-- CreateTable
CREATE TABLE "backup_settings" (
    "tenant_id" UUID NOT NULL,
    "recipient" TEXT NOT NULL,
    "key_encrypted" TEXT NOT NULL,
    "key_made_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "schedule" TEXT NOT NULL DEFAULT 'off',
    "hour" INTEGER NOT NULL DEFAULT 2,
    "weekday" INTEGER NOT NULL DEFAULT 0,
    "with_bytes" BOOLEAN NOT NULL DEFAULT false,
    "keep_last" INTEGER NOT NULL DEFAULT 14,
    "keep_days" INTEGER NOT NULL DEFAULT 90,
    "due_at" TIMESTAMPTZ(3),

    CONSTRAINT "backup_settings_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "backups" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "state" "backup_state" NOT NULL DEFAULT 'writing',
    "started_by" TEXT NOT NULL,
    "started_by_label" TEXT NOT NULL,
    "with_bytes" BOOLEAN NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "leased_until" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "bytes" BIGINT,
    "sha256" TEXT,
    "recipient" TEXT NOT NULL,
    "key_encrypted" TEXT NOT NULL,
    "contents" JSONB NOT NULL DEFAULT '{}',
    "verified_at" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "backups_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "backup_settings_due_at_idx" ON "backup_settings"("due_at");

-- CreateIndex
CREATE INDEX "backups_tenant_id_started_at_idx" ON "backups"("tenant_id", "started_at");

-- CreateIndex
CREATE INDEX "backups_leased_until_idx" ON "backups"("leased_until");

-- CreateIndex
CREATE UNIQUE INDEX "backups_tenant_id_id_key" ON "backups"("tenant_id", "id");

-- AddForeignKey
ALTER TABLE "backup_settings" ADD CONSTRAINT "backup_settings_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "backups" ADD CONSTRAINT "backups_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
