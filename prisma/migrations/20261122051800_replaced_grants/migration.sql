-- AlterTable
ALTER TABLE "entitlements" ADD COLUMN     "replaced" BOOLEAN NOT NULL DEFAULT false;
