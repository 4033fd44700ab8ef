-- What a person shows of themselves, and when they were last here.
ALTER TABLE "users" ADD COLUMN "shows_receipts" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN "shows_typing" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN "shows_presence" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN "last_seen_at" TIMESTAMPTZ(3);

-- Reading alone keeps a state as well: `following` is null until the person has decided.
ALTER TABLE "read_states" ADD COLUMN "seen_at" TIMESTAMPTZ(3),
ALTER COLUMN "following" DROP NOT NULL,
ALTER COLUMN "following" DROP DEFAULT;
