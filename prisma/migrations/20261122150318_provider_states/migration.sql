-- CreateEnum
CREATE TYPE "provider_health" AS ENUM ('ok', 'warning', 'failed');

-- CreateTable
CREATE TABLE "provider_states" (
    "tenant_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "ref" TEXT NOT NULL DEFAULT '',
    "health" "provider_health",
    "findings" JSONB NOT NULL DEFAULT '[]',
    "checked_at" TIMESTAMPTZ(3),
    "differences" JSONB NOT NULL DEFAULT '[]',
    "differing" INTEGER NOT NULL DEFAULT 0,
    "synced_at" TIMESTAMPTZ(3),
    "failed_at" TIMESTAMPTZ(3),
    "told_at" TIMESTAMPTZ(3),

    CONSTRAINT "provider_states_pkey" PRIMARY KEY ("tenant_id","kind","ref")
);

-- AddForeignKey
ALTER TABLE "provider_states" ADD CONSTRAINT "provider_states_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
