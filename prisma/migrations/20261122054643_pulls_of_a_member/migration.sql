-- CreateIndex
CREATE INDEX "pull_events_member_id_at_idx" ON "pull_events"("member_id", "at");
