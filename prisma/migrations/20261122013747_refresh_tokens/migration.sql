-- CreateTable
CREATE TABLE "refresh_tokens" (
    "id" UUID NOT NULL,
    "secret_hash" TEXT NOT NULL,
    "user_id" UUID,
    "session_version" INTEGER,
    "access_token_id" UUID,
    "granted_by_hash" TEXT,
    "client_id" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "refresh_tokens_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "refresh_tokens_secret_hash_key" ON "refresh_tokens"("secret_hash");

-- CreateIndex
CREATE INDEX "refresh_tokens_user_id_idx" ON "refresh_tokens"("user_id");

-- CreateIndex
CREATE INDEX "refresh_tokens_access_token_id_idx" ON "refresh_tokens"("access_token_id");

-- CreateIndex
CREATE INDEX "refresh_tokens_last_used_at_idx" ON "refresh_tokens"("last_used_at");

-- AddForeignKey
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_access_token_id_fkey" FOREIGN KEY ("access_token_id") REFERENCES "access_tokens"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- It came from a token's secret or from a password, never from both or neither.
ALTER TABLE "refresh_tokens" ADD CONSTRAINT "refresh_tokens_one_origin" CHECK (
  ("access_token_id" IS NOT NULL AND "granted_by_hash" IS NOT NULL AND "session_version" IS NULL) OR
  ("access_token_id" IS NULL AND "granted_by_hash" IS NULL AND "user_id" IS NOT NULL AND "session_version" IS NOT NULL)
);
