-- AlterTable
ALTER TABLE "memberships" ADD COLUMN "last_post_at" TIMESTAMPTZ(3);

-- A secret of this instance's own, in no backup's reach to guess: two random UUIDs hold 244 bits.
ALTER TABLE "instance" ADD COLUMN "key" BYTEA NOT NULL
    DEFAULT decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');

-- CreateTable
CREATE TABLE "address_marks" (
    "user_id" UUID NOT NULL,
    "prefix_hash" BYTEA NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "address_marks_pkey" PRIMARY KEY ("user_id")
);

-- CreateIndex
CREATE INDEX "address_marks_prefix_hash_idx" ON "address_marks"("prefix_hash");

-- CreateIndex
CREATE INDEX "address_marks_seen_at_idx" ON "address_marks"("seen_at");

-- CreateTable
CREATE TABLE "address_bans" (
    "room_id" UUID NOT NULL,
    "prefix_hash" BYTEA NOT NULL,
    "user_id" UUID NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "address_bans_pkey" PRIMARY KEY ("room_id","prefix_hash")
);

-- AddForeignKey
ALTER TABLE "address_marks" ADD CONSTRAINT "address_marks_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "address_bans" ADD CONSTRAINT "address_bans_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "rooms"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "address_bans" ADD CONSTRAINT "address_bans_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
