-- AlterTable
ALTER TABLE "threads" ADD COLUMN "deleted_at" TIMESTAMPTZ(3),
ADD COLUMN "deleted_by_id" UUID;

-- What is left of deleted threads is few rows, and looked for at each start.
CREATE INDEX "threads_deleted_at_idx" ON "threads" ("deleted_at") WHERE "deleted_at" IS NOT NULL;
