-- CreateEnum
CREATE TYPE "policy_kind" AS ENUM ('retention', 'immutability', 'access');

-- CreateEnum
CREATE TYPE "policy_state" AS ENUM ('draft', 'active', 'archived');

-- AlterTable
ALTER TABLE "tenants" ADD COLUMN     "second_factor_required" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "token_days_max" INTEGER;

-- CreateTable
CREATE TABLE "policies" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "kind" "policy_kind" NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_number" INTEGER NOT NULL DEFAULT 1,
    "replaced" JSONB,

    CONSTRAINT "policies_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "policy_versions" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "policy_id" UUID NOT NULL,
    "kind" "policy_kind" NOT NULL,
    "number" INTEGER NOT NULL,
    "state" "policy_state" NOT NULL DEFAULT 'draft',
    "document" JSONB NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "created_by" TEXT NOT NULL,
    "activated_at" TIMESTAMPTZ(3),
    "activated_by" TEXT,
    "archived_at" TIMESTAMPTZ(3),
    "archived_by" TEXT,

    CONSTRAINT "policy_versions_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "policies_tenant_id_id_key" ON "policies"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "policies_tenant_id_name_key" ON "policies"("tenant_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "policy_versions_tenant_id_id_key" ON "policy_versions"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "policy_versions_policy_id_number_key" ON "policy_versions"("policy_id", "number");

-- AddForeignKey
ALTER TABLE "policies" ADD CONSTRAINT "policies_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy_versions" ADD CONSTRAINT "policy_versions_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "policy_versions" ADD CONSTRAINT "policy_versions_tenant_id_policy_id_fkey" FOREIGN KEY ("tenant_id", "policy_id") REFERENCES "policies"("tenant_id", "id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- One draft and one version in force a policy, and one policy of access in force a tenant.
CREATE UNIQUE INDEX policy_versions_one_draft ON policy_versions (policy_id) WHERE state = 'draft';
CREATE UNIQUE INDEX policy_versions_one_active ON policy_versions (policy_id) WHERE state = 'active';
CREATE UNIQUE INDEX policy_versions_one_access ON policy_versions (tenant_id) WHERE state = 'active' AND kind = 'access';
-- What is in force is asked for with each push.
CREATE INDEX policy_versions_in_force ON policy_versions (tenant_id, kind) WHERE state = 'active';

-- What was in force once stays as it was.
CREATE FUNCTION keep_policy_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'version % of a policy is no draft any more: it is never changed', OLD.number
    USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER policy_versions_stay BEFORE UPDATE ON policy_versions FOR EACH ROW
  WHEN (OLD.number <> NEW.number OR OLD.policy_id <> NEW.policy_id OR OLD.kind <> NEW.kind
    OR (OLD.state <> 'draft' AND (OLD.document <> NEW.document OR NEW.state = 'draft')))
  EXECUTE FUNCTION keep_policy_document();

-- Decisions read how long tokens count, and who has a second factor.
DROP TRIGGER tenants_tell ON tenants;
CREATE TRIGGER tenants_tell AFTER UPDATE ON tenants FOR EACH ROW
  WHEN ((OLD.slug, OLD.name, OLD.grace_days, OLD.endless_tokens, OLD.token_days_max, OLD.second_factor_required,
      OLD.archived_at, OLD.deleted_at)
    IS DISTINCT FROM (NEW.slug, NEW.name, NEW.grace_days, NEW.endless_tokens, NEW.token_days_max,
      NEW.second_factor_required, NEW.archived_at, NEW.deleted_at))
  EXECUTE FUNCTION tell_change('tenant', 'id');
DROP TRIGGER users_tell ON users;
CREATE TRIGGER users_tell AFTER UPDATE ON users FOR EACH ROW
  WHEN ((OLD.email, OLD.session_version, OLD.totp_enabled_at) IS DISTINCT FROM (NEW.email, NEW.session_version, NEW.totp_enabled_at))
  EXECUTE FUNCTION tell_change('user', 'id');
CREATE TRIGGER passkeys_tell AFTER INSERT OR DELETE ON passkeys FOR EACH ROW
  EXECUTE FUNCTION tell_change('user', 'user_id');
