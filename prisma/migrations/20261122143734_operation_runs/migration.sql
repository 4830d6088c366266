-- CreateEnum
CREATE TYPE "run_state" AS ENUM ('queued', 'running', 'done', 'failed', 'cancelled');

-- CreateTable
CREATE TABLE "operation_runs" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL DEFAULT '',
    "subject_label" TEXT NOT NULL DEFAULT '',
    "state" "run_state" NOT NULL DEFAULT 'queued',
    "view_capability" TEXT NOT NULL,
    "start_capability" TEXT NOT NULL,
    "input" JSONB NOT NULL DEFAULT '{}',
    "secret" BYTEA,
    "started_by" TEXT NOT NULL,
    "started_by_label" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "queued_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "lease_id" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "cancelled_by" TEXT,
    "done" BIGINT NOT NULL DEFAULT 0,
    "total" BIGINT,
    "phase" TEXT NOT NULL DEFAULT '',
    "summary" TEXT,
    "details" JSONB,
    "error" TEXT,

    CONSTRAINT "operation_runs_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operation_run_lines" (
    "tenant_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "n" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "level" TEXT NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "operation_run_lines_pkey" PRIMARY KEY ("run_id","n")
);

-- CreateIndex
CREATE INDEX "operation_runs_tenant_id_kind_subject_id_id_idx" ON "operation_runs"("tenant_id", "kind", "subject_id", "id");

-- CreateIndex
CREATE INDEX "operation_runs_finished_at_idx" ON "operation_runs"("finished_at");

-- CreateIndex
CREATE UNIQUE INDEX "operation_runs_tenant_id_id_key" ON "operation_runs"("tenant_id", "id");

-- AddForeignKey
ALTER TABLE "operation_runs" ADD CONSTRAINT "operation_runs_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operation_run_lines" ADD CONSTRAINT "operation_run_lines_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "operation_run_lines" ADD CONSTRAINT "operation_run_lines_tenant_id_run_id_fkey" FOREIGN KEY ("tenant_id", "run_id") REFERENCES "operation_runs"("tenant_id", "id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Of one kind and subject one run at a time: whoever starts a second one is told of the first.
CREATE UNIQUE INDEX "operation_runs_one" ON "operation_runs" ("tenant_id", "kind", "subject_id") WHERE "state" IN ('queued', 'running');

-- What the workers look for every second or so.
CREATE INDEX "operation_runs_waiting" ON "operation_runs" ("id") WHERE "state" = 'queued';
CREATE INDEX "operation_runs_under_way" ON "operation_runs" ("tenant_id", "lease_until") WHERE "state" = 'running';
