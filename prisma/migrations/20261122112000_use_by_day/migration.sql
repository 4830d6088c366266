-- AlterTable
ALTER TABLE "deleted_versions" ADD COLUMN     "release_id" UUID;

-- CreateTable
CREATE TABLE "product_days" (
    "tenant_id" UUID NOT NULL,
    "product_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "pulls" INTEGER NOT NULL DEFAULT 0,
    "downloads" INTEGER NOT NULL DEFAULT 0,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "product_days_pkey" PRIMARY KEY ("tenant_id","product_id","day")
);

-- CreateTable
CREATE TABLE "member_days" (
    "tenant_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "product_id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "pulls" INTEGER NOT NULL DEFAULT 0,
    "downloads" INTEGER NOT NULL DEFAULT 0,
    "last_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "member_days_pkey" PRIMARY KEY ("tenant_id","day","product_id","member_id")
);

-- What the schema file can't say.

-- Room beside each row for its next version: what is counted again writes no index.
ALTER TABLE "product_days" SET (fillfactor = 50);
ALTER TABLE "member_days" SET (fillfactor = 80);

-- From the events that there are.
CREATE TEMPORARY TABLE "fetched" ON COMMIT DROP AS
SELECT "tenant_id", "product_id", ("at" AT TIME ZONE 'UTC')::date AS "day", "member_id", count(*) AS "pulls", 0::bigint AS "downloads", max("at") AS "last_at"
FROM "pull_events" GROUP BY 1, 2, 3, 4
UNION ALL
SELECT "tenant_id", "product_id", ("at" AT TIME ZONE 'UTC')::date, "member_id", 0, count(*), max("at")
FROM "download_events" GROUP BY 1, 2, 3, 4;

INSERT INTO "product_days" ("tenant_id", "product_id", "day", "pulls", "downloads", "last_at")
SELECT "tenant_id", "product_id", "day", sum("pulls"), sum("downloads"), max("last_at") FROM "fetched" GROUP BY 1, 2, 3;

INSERT INTO "member_days" ("tenant_id", "day", "product_id", "member_id", "pulls", "downloads", "last_at")
SELECT "tenant_id", "day", "product_id", "member_id", sum("pulls"), sum("downloads"), max("last_at") FROM "fetched"
WHERE "member_id" IS NOT NULL GROUP BY 1, 2, 3, 4;
