-- AlterTable
ALTER TABLE "operation_runs" ADD COLUMN     "subject_page" TEXT NOT NULL DEFAULT '';
