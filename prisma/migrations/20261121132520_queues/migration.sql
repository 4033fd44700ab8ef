-- AlterTable
ALTER TABLE "held_messages" ADD COLUMN "room_id" UUID NOT NULL,
ADD COLUMN "rejected_at" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "held_messages_room_id_created_at_idx" ON "held_messages"("room_id", "created_at");

-- CreateIndex
CREATE INDEX "held_messages_author_id_idx" ON "held_messages"("author_id");

-- AddForeignKey
ALTER TABLE "held_messages" ADD CONSTRAINT "held_messages_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- CreateTable
CREATE TABLE "reports" (
    "message_id" UUID NOT NULL,
    "reporter_id" UUID NOT NULL,
    "room_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "resolved_at" TIMESTAMPTZ(3),

    CONSTRAINT "reports_pkey" PRIMARY KEY ("message_id","reporter_id")
);

-- CreateIndex
CREATE INDEX "reports_room_id_created_at_idx" ON "reports"("room_id", "created_at");

-- CreateIndex
CREATE INDEX "reports_reporter_id_idx" ON "reports"("reporter_id");

-- AddForeignKey
ALTER TABLE "reports" ADD CONSTRAINT "reports_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "messages"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "reports" ADD CONSTRAINT "reports_reporter_id_fkey" FOREIGN KEY ("reporter_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
