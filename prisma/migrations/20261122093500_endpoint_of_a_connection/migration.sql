-- AlterTable
ALTER TABLE "stripe_connections" ADD COLUMN     "webhook_endpoint_id" TEXT;
