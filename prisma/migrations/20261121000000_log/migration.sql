-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateEnum
CREATE TYPE "user_kind" AS ENUM ('registered', 'visitor', 'imported', 'bot');

-- CreateEnum
CREATE TYPE "room_kind" AS ENUM ('public', 'private', 'direct');

-- CreateEnum
CREATE TYPE "visitor_policy" AS ENUM ('none', 'read', 'write', 'approve');

-- CreateEnum
CREATE TYPE "room_role" AS ENUM ('owner', 'moderator', 'member', 'visitor');

-- CreateEnum
CREATE TYPE "membership_status" AS ENUM ('active', 'left', 'removed', 'banned');

-- CreateEnum
CREATE TYPE "notify_level" AS ENUM ('all', 'mentions', 'nothing');

-- CreateEnum
CREATE TYPE "message_kind" AS ENUM ('text', 'action', 'event');

-- CreateTable
CREATE TABLE "instance" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "epoch_salt" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "instance_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "users" (
    "id" UUID NOT NULL,
    "kind" "user_kind" NOT NULL,
    "name" TEXT NOT NULL,
    "is_admin" BOOLEAN NOT NULL DEFAULT false,
    "visitor_verifier" BYTEA,
    "claimed_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deactivated_at" TIMESTAMPTZ(3),

    CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "rooms" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "topic" TEXT NOT NULL DEFAULT '',
    "kind" "room_kind" NOT NULL,
    "visitors" "visitor_policy" NOT NULL,
    "direct_key" TEXT,
    "acl_rev" INTEGER NOT NULL DEFAULT 0,
    "slow_mode_ms" INTEGER NOT NULL DEFAULT 0,
    "created_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(3),
    "locked_at" TIMESTAMPTZ(3),

    CONSTRAINT "rooms_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "memberships" (
    "room_id" UUID NOT NULL,
    "user_id" UUID NOT NULL,
    "role" "room_role" NOT NULL,
    "status" "membership_status" NOT NULL DEFAULT 'active',
    "notify" "notify_level" NOT NULL DEFAULT 'mentions',
    "joined_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "muted_until" TIMESTAMPTZ(3),
    "history_from" TIMESTAMPTZ(3),

    CONSTRAINT "memberships_pkey" PRIMARY KEY ("room_id","user_id")
);

-- CreateTable
CREATE TABLE "threads" (
    "id" UUID NOT NULL,
    "short_id" TEXT NOT NULL,
    "room_id" UUID NOT NULL,
    "is_main" BOOLEAN NOT NULL DEFAULT false,
    "title" TEXT NOT NULL,
    "parent_message_id" UUID,
    "seq" INTEGER NOT NULL DEFAULT 0,
    "rev" INTEGER NOT NULL DEFAULT 0,
    "first_seq" INTEGER NOT NULL DEFAULT 1,
    "floor_rev" INTEGER NOT NULL DEFAULT 0,
    "head_rev" INTEGER NOT NULL DEFAULT 0,
    "last_message_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "active_at" TIMESTAMPTZ(3) NOT NULL GENERATED ALWAYS AS (date_bin('10 seconds', "last_message_at", TIMESTAMPTZ 'epoch')) STORED,
    "last_message_text" TEXT,
    "last_message_author_id" UUID,
    "created_by_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "archived_at" TIMESTAMPTZ(3),
    "locked_at" TIMESTAMPTZ(3),

    CONSTRAINT "threads_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "messages" (
    "id" UUID NOT NULL,
    "thread_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "rev" INTEGER NOT NULL,
    "kind" "message_kind" NOT NULL,
    "format" SMALLINT NOT NULL DEFAULT 1,
    "key_id" UUID,
    "author_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "send_hash" BYTEA NOT NULL,
    "reply_to_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "edited_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),
    "moved_to_id" UUID,

    CONSTRAINT "messages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "revisions" (
    "message_id" UUID NOT NULL,
    "rev" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "replaced_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "revisions_pkey" PRIMARY KEY ("message_id","rev")
);

-- CreateTable
CREATE TABLE "held_messages" (
    "id" UUID NOT NULL,
    "thread_id" UUID NOT NULL,
    "author_id" UUID NOT NULL,
    "text" TEXT NOT NULL,
    "send_hash" BYTEA NOT NULL,
    "reply_to_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "held_messages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "read_states" (
    "user_id" UUID NOT NULL,
    "thread_id" UUID NOT NULL,
    "last_read_seq" INTEGER NOT NULL DEFAULT 0,
    "mark_version" INTEGER NOT NULL DEFAULT 0,
    "delivered_seq" INTEGER NOT NULL DEFAULT 0,
    "seen_seq" INTEGER NOT NULL DEFAULT 0,
    "following" BOOLEAN NOT NULL DEFAULT false,
    "muted" BOOLEAN NOT NULL DEFAULT false,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "read_states_pkey" PRIMARY KEY ("user_id","thread_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "users_visitor_verifier_key" ON "users"("visitor_verifier");

-- CreateIndex
CREATE INDEX "users_claimed_by_id_idx" ON "users"("claimed_by_id");

-- CreateIndex
CREATE UNIQUE INDEX "rooms_slug_key" ON "rooms"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "rooms_direct_key_key" ON "rooms"("direct_key");

-- CreateIndex
CREATE INDEX "memberships_user_id_status_idx" ON "memberships"("user_id", "status");

-- CreateIndex
CREATE UNIQUE INDEX "threads_short_id_key" ON "threads"("short_id");

-- CreateIndex
CREATE UNIQUE INDEX "threads_parent_message_id_key" ON "threads"("parent_message_id");

-- CreateIndex
CREATE INDEX "threads_room_id_active_at_idx" ON "threads"("room_id", "active_at" DESC);

-- CreateIndex
CREATE INDEX "threads_active_at_idx" ON "threads"("active_at" DESC);

-- CreateIndex
CREATE INDEX "messages_thread_id_rev_idx" ON "messages"("thread_id", "rev");

-- CreateIndex
CREATE UNIQUE INDEX "messages_thread_id_seq_key" ON "messages"("thread_id", "seq");

-- CreateIndex
CREATE INDEX "held_messages_thread_id_created_at_idx" ON "held_messages"("thread_id", "created_at");

-- CreateIndex
CREATE INDEX "read_states_thread_id_seen_seq_idx" ON "read_states"("thread_id", "seen_seq");

-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_claimed_by_id_fkey" FOREIGN KEY ("claimed_by_id") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "rooms"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "threads" ADD CONSTRAINT "threads_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "rooms"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "threads" ADD CONSTRAINT "threads_parent_message_id_fkey" FOREIGN KEY ("parent_message_id") REFERENCES "messages"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "messages" ADD CONSTRAINT "messages_thread_id_fkey" FOREIGN KEY ("thread_id") REFERENCES "threads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "messages" ADD CONSTRAINT "messages_author_id_fkey" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "revisions" ADD CONSTRAINT "revisions_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "messages"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "held_messages" ADD CONSTRAINT "held_messages_thread_id_fkey" FOREIGN KEY ("thread_id") REFERENCES "threads"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "read_states" ADD CONSTRAINT "read_states_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "read_states" ADD CONSTRAINT "read_states_thread_id_fkey" FOREIGN KEY ("thread_id") REFERENCES "threads"("id") ON DELETE CASCADE ON UPDATE CASCADE;


-- What the schema language cannot say.

CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- One main thread per room, and title search by substring.
CREATE UNIQUE INDEX "threads_main_key" ON "threads" ("room_id") WHERE "is_main";
CREATE INDEX "threads_title_trgm_idx" ON "threads" USING gin ("title" gin_trgm_ops);
CREATE INDEX "rooms_name_trgm_idx" ON "rooms" USING gin ("name" gin_trgm_ops);

-- Every post updates its thread's row: room on the page keeps that update off the indexes (HOT).
ALTER TABLE "threads" SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE "memberships" SET (fillfactor = 90);
ALTER TABLE "read_states" SET (fillfactor = 80);

-- The log's own rules, whoever writes.
ALTER TABLE "threads"
  ADD CONSTRAINT "threads_counters_check" CHECK ("seq" >= 0 AND "rev" >= "seq" AND "head_rev" >= 0 AND "first_seq" >= 1 AND "floor_rev" >= 0),
  ADD CONSTRAINT "threads_title_check" CHECK (char_length("title") BETWEEN 2 AND 255);
ALTER TABLE "messages"
  ADD CONSTRAINT "messages_place_check" CHECK ("seq" >= 1 AND "rev" >= "seq"),
  ADD CONSTRAINT "messages_text_check" CHECK (char_length("text") <= 5000);
ALTER TABLE "read_states"
  ADD CONSTRAINT "read_states_marks_check" CHECK ("last_read_seq" >= 0 AND "delivered_seq" >= 0 AND "seen_seq" >= 0);
ALTER TABLE "instance" ADD CONSTRAINT "instance_one_check" CHECK ("id" = 1);
INSERT INTO "instance" ("id", "epoch_salt") VALUES (1, gen_random_uuid());
