-- AlterTable
ALTER TABLE "members" ADD COLUMN     "stripe_applied" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "stripe_ticket" INTEGER NOT NULL DEFAULT 0;

-- AlterTable
ALTER TABLE "stripe_connections" ADD COLUMN     "account_name" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "key_hint" TEXT NOT NULL,
ADD COLUMN     "partial_refund_ends" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "stripe_events" ADD COLUMN     "customer_id" TEXT,
ADD COLUMN     "happened_at" TIMESTAMPTZ(3) NOT NULL,
ADD COLUMN     "livemode" BOOLEAN NOT NULL,
ADD COLUMN     "outcome" TEXT,
ADD COLUMN     "payload" JSONB NOT NULL;

-- AlterTable
ALTER TABLE "subscriptions" ADD COLUMN     "end_reason" TEXT,
ADD COLUMN     "plan" TEXT NOT NULL DEFAULT '';

-- CreateTable
CREATE TABLE "stripe_prices" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "price_id" TEXT NOT NULL,
    "membership" BOOLEAN NOT NULL DEFAULT false,
    "name" TEXT NOT NULL,
    "unit_amount" BIGINT,
    "currency" TEXT NOT NULL,
    "interval" TEXT,
    "interval_count" INTEGER NOT NULL DEFAULT 1,
    "active" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "read_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "stripe_prices_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "stripe_prices_tenant_id_id_key" ON "stripe_prices"("tenant_id", "id");

-- CreateIndex
CREATE UNIQUE INDEX "stripe_prices_tenant_id_price_id_key" ON "stripe_prices"("tenant_id", "price_id");

-- CreateIndex
CREATE INDEX "stripe_events_tenant_id_customer_id_idx" ON "stripe_events"("tenant_id", "customer_id");

-- CreateIndex
CREATE UNIQUE INDEX "subscriptions_tenant_id_stripe_payment_intent_id_key" ON "subscriptions"("tenant_id", "stripe_payment_intent_id");

-- AddForeignKey
ALTER TABLE "stripe_prices" ADD CONSTRAINT "stripe_prices_tenant_id_fkey" FOREIGN KEY ("tenant_id") REFERENCES "tenants"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "stripe_price_mappings" ADD CONSTRAINT "stripe_price_mappings_tenant_id_price_id_fkey" FOREIGN KEY ("tenant_id", "price_id") REFERENCES "stripe_prices"("tenant_id", "price_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A ticket drawn for a reading from Stripe changes nothing that a decision reads.
DROP TRIGGER members_tell ON members;
CREATE TRIGGER members_tell AFTER UPDATE ON members FOR EACH ROW
  WHEN ((OLD.tenant_id, OLD.user_id, OLD.suspended_at) IS DISTINCT FROM (NEW.tenant_id, NEW.user_id, NEW.suspended_at))
  EXECUTE FUNCTION tell_change('user', 'user_id');
CREATE TRIGGER members_tell_ends AFTER INSERT OR DELETE ON members FOR EACH ROW
  EXECUTE FUNCTION tell_change('user', 'user_id');
