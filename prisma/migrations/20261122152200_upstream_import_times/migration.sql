-- AlterTable
ALTER TABLE "upstream_repositories" ADD COLUMN     "import_asked_at" TIMESTAMPTZ(3);

-- AlterTable
-- What checks find is kept beside all providers' (provider_states).
ALTER TABLE "upstream_registries" DROP COLUMN "checked_at",
DROP COLUMN "findings";
