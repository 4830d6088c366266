-- CreateEnum
CREATE TYPE "backup_origin" AS ENUM ('made', 'uploaded');

-- AlterEnum
ALTER TYPE "backup_state" ADD VALUE 'unread';

-- AlterTable
ALTER TABLE "backups" ADD COLUMN     "origin" "backup_origin" NOT NULL DEFAULT 'made';
