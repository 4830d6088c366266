-- A part of a name or an address is looked for among all users: without these, by reading every one of them.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX "users_email_idx" ON "users" USING GIN ("email" gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX "users_name_idx" ON "users" USING GIN ("name" gin_trgm_ops) WITH (fastupdate = off);
