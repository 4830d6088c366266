-- CreateTable
CREATE TABLE "download_events" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "tenant_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "release_id" UUID NOT NULL,
    "asset_id" UUID NOT NULL,
    "actor" TEXT NOT NULL,
    "member_id" UUID,
    "by_link" BOOLEAN NOT NULL,

    CONSTRAINT "download_events_pkey" PRIMARY KEY ("at","id")
) PARTITION BY RANGE ("at");

-- CreateTable
CREATE TABLE "download_days" (
    "asset_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "tenant_id" UUID NOT NULL,
    "release_id" UUID NOT NULL,
    "downloads" INTEGER NOT NULL,
    "last_downloaded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "download_days_pkey" PRIMARY KEY ("asset_id","day")
);

-- CreateIndex
CREATE INDEX "download_events_tenant_id_at_idx" ON "download_events"("tenant_id", "at");

-- CreateIndex
CREATE INDEX "download_events_release_id_at_idx" ON "download_events"("release_id", "at");

-- CreateIndex
CREATE INDEX "download_events_member_id_at_idx" ON "download_events"("member_id", "at");

-- CreateIndex
CREATE INDEX "download_days_tenant_id_idx" ON "download_days"("tenant_id");

-- CreateIndex
CREATE INDEX "download_days_release_id_idx" ON "download_days"("release_id");

-- What the schema file can't say.

CREATE TABLE "download_events_default" PARTITION OF "download_events" DEFAULT;

-- The partition of a month, of whatever table is parted by month.
CREATE FUNCTION ensure_month(parent text, month date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  first date := date_trunc('month', month)::date;
  name text := parent || '_' || to_char(first, 'YYYY_MM');
BEGIN
  IF to_regclass(name) IS NOT NULL THEN RETURN; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(parent, 0));
  EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
    name, parent, first::timestamp AT TIME ZONE 'UTC', (first + interval '1 month') AT TIME ZONE 'UTC');
END $$;

-- Still called by who runs the version before.
CREATE OR REPLACE FUNCTION ensure_pull_month(month date) RETURNS void LANGUAGE sql AS $$
  SELECT ensure_month('pull_events', month)
$$;
