-- AlterTable
ALTER TABLE "invitations" ADD COLUMN     "inviter_id" UUID;

-- Those that are open already, as far as their words still name somebody.
UPDATE "invitations" SET "inviter_id" = "users"."id" FROM "users" WHERE "users"."email" = "invitations"."invited_by";
