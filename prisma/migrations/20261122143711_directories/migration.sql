-- CreateEnum
CREATE TYPE "group_origin" AS ENUM ('hand', 'claim', 'scim');

-- AlterTable
ALTER TABLE "invitations" ADD COLUMN     "by_groups" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "member_groups" ADD COLUMN     "external_id" TEXT,
ADD COLUMN     "origin" "group_origin" NOT NULL DEFAULT 'hand',
ADD COLUMN     "role" "role",
ADD COLUMN     "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- AlterTable
ALTER TABLE "tenant_memberships" ADD COLUMN     "group_role" "role",
ADD COLUMN     "hand_role" "role";

-- CreateTable
CREATE TABLE "directories" (
    "tenant_id" UUID NOT NULL,
    "claim_provider" TEXT,
    "claim" TEXT NOT NULL DEFAULT 'groups',
    "claim_seen_at" TIMESTAMPTZ(3),
    "claim_seen" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "directories_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateTable
CREATE TABLE "directory_secrets" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "secret_hash" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "directory_secrets_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "directory_users" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "user_name" TEXT NOT NULL,
    "user_name_key" TEXT NOT NULL,
    "external_id" TEXT,
    "display_name" TEXT,
    "email" TEXT,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "attributes" JSONB NOT NULL DEFAULT '{}',
    "member_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "directory_users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "directory_group_members" (
    "tenant_id" UUID NOT NULL,
    "group_id" UUID NOT NULL,
    "directory_user_id" UUID NOT NULL,

    CONSTRAINT "directory_group_members_pkey" PRIMARY KEY ("group_id","directory_user_id")
);

-- CreateTable
CREATE TABLE "directory_suspensions" (
    "tenant_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "suspended_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "directory_suspensions_pkey" PRIMARY KEY ("member_id")
);

-- CreateTable
CREATE TABLE "directory_requests" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "method" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "status" INTEGER NOT NULL,
    "error" TEXT,
    "request_id" TEXT NOT NULL,

    CONSTRAINT "directory_requests_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "directory_secrets_secret_hash_key" ON "directory_secrets"("secret_hash");

-- CreateIndex
CREATE UNIQUE INDEX "directory_secrets_tenant_id_id_key" ON "directory_secrets"("tenant_id", "id");

-- CreateIndex
CREATE INDEX "directory_users_tenant_id_external_id_idx" ON "directory_users"("tenant_id", "external_id");

-- CreateIndex
CREATE INDEX "directory_users_email_idx" ON "directory_users"("email");

-- CreateIndex
CREATE UNIQUE INDEX "directory_users_tenant_id_id_key" ON "directory_users"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "directory_users_tenant_id_user_name_key_key" ON "directory_users"("tenant_id", "user_name_key");

-- CreateIndex
CREATE UNIQUE INDEX "directory_users_tenant_id_member_id_key" ON "directory_users"("tenant_id", "member_id");

-- CreateIndex
CREATE INDEX "directory_group_members_directory_user_id_idx" ON "directory_group_members"("directory_user_id");

-- CreateIndex
CREATE UNIQUE INDEX "directory_suspensions_tenant_id_member_id_key" ON "directory_suspensions"("tenant_id", "member_id");

-- CreateIndex
CREATE UNIQUE INDEX "directory_requests_tenant_id_id_key" ON "directory_requests"("tenant_id", "id");

-- AddForeignKey
ALTER TABLE "directories" ADD CONSTRAINT "directories_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directory_secrets" ADD CONSTRAINT "directory_secrets_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directory_users" ADD CONSTRAINT "directory_users_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directory_users" ADD CONSTRAINT "directory_users_tenant_id_member_id_fkey" FOREIGN KEY ("tenant_id", "member_id") REFERENCES "members"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directory_group_members" ADD CONSTRAINT "directory_group_members_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directory_group_members" ADD CONSTRAINT "directory_group_members_tenant_id_group_id_fkey" FOREIGN KEY ("tenant_id", "group_id") REFERENCES "member_groups"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directory_group_members" ADD CONSTRAINT "directory_group_members_tenant_id_directory_user_id_fkey" FOREIGN KEY ("tenant_id", "directory_user_id") REFERENCES "directory_users"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directory_suspensions" ADD CONSTRAINT "directory_suspensions_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directory_suspensions" ADD CONSTRAINT "directory_suspensions_tenant_id_member_id_fkey" FOREIGN KEY ("tenant_id", "member_id") REFERENCES "members"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "directory_requests" ADD CONSTRAINT "directory_requests_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
