-- AlterTable
ALTER TABLE "messages" ADD COLUMN "deleted_by_id" UUID,
ADD COLUMN "reactions" JSONB;
