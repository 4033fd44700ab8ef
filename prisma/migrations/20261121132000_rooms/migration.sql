-- What a person has hidden from their own lists.
ALTER TABLE "memberships" ADD COLUMN "hidden_at" TIMESTAMPTZ(3);

-- Addresses that a room had before. They lead to where it is now.
CREATE TABLE "old_slugs" (
    "slug" TEXT NOT NULL,
    "room_id" UUID NOT NULL,

    CONSTRAINT "old_slugs_pkey" PRIMARY KEY ("slug")
);
CREATE INDEX "old_slugs_room_id_idx" ON "old_slugs"("room_id");
ALTER TABLE "old_slugs" ADD CONSTRAINT "old_slugs_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "rooms"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Links that let people in. The token itself is never stored.
CREATE TABLE "invite_links" (
    "id" UUID NOT NULL,
    "room_id" UUID NOT NULL,
    "verifier" BYTEA NOT NULL,
    "role" "room_role" NOT NULL,
    "hides_history" BOOLEAN NOT NULL DEFAULT false,
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "uses_max" INTEGER,
    "uses" INTEGER NOT NULL DEFAULT 0,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "invite_links_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "invite_links_verifier_key" ON "invite_links"("verifier");
CREATE INDEX "invite_links_room_id_idx" ON "invite_links"("room_id");
ALTER TABLE "invite_links" ADD CONSTRAINT "invite_links_room_id_fkey" FOREIGN KEY ("room_id") REFERENCES "rooms"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "invite_links" ADD CONSTRAINT "invite_links_created_by_id_fkey" FOREIGN KEY ("created_by_id") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "invite_links" ADD CONSTRAINT "invite_links_uses_check" CHECK ("uses" >= 0 AND ("uses_max" IS NULL OR "uses" <= "uses_max"));
ALTER TABLE "invite_links" ADD CONSTRAINT "invite_links_role_check" CHECK ("role" <> 'owner');

-- The people of a room, the highest role first.
CREATE INDEX "memberships_people_idx" ON "memberships"("room_id", "role", "joined_at", "user_id") WHERE "status" = 'active';

-- The first place of a thread that was written after a moment. Places are dense and their moments never run
-- against them, so halving finds it with a few reads of an index, however long the thread.
-- (One statement, because the engine that applies this file ends statements at every semicolon.)
CREATE FUNCTION "first_seq_after"(thread uuid, moment timestamptz) RETURNS integer LANGUAGE sql STABLE AS $$
  WITH RECURSIVE halving(low, high) AS (
    SELECT t.first_seq, t.seq + 1 FROM threads t WHERE t.id = thread
    UNION ALL
    SELECT CASE WHEN later.is_so THEN h.low ELSE middle.seq + 1 END, CASE WHEN later.is_so THEN middle.seq ELSE h.high END
    FROM halving h
    CROSS JOIN LATERAL (SELECT h.low + (h.high - h.low) / 2 AS seq) middle
    CROSS JOIN LATERAL (
      SELECT coalesce((SELECT m.created_at > moment FROM messages m WHERE m.thread_id = thread AND m.seq = middle.seq), false) AS is_so
    ) later
    WHERE h.low < h.high
  )
  SELECT low FROM halving WHERE low >= high LIMIT 1
$$;
