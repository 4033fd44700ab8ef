import { randomUUID } from 'node:crypto';
import { pool, prisma, reserve } from '@/server/base/db';

/**
 * For a database that was filled from a dump: its log goes on, so nothing else tells that what it holds
 * is older than what clients have seen.
 */
await prisma().instance.update({ where: { id: 1 }, data: { epochSalt: randomUUID() } });
await Promise.all([pool().end(), reserve().end()]);
console.log(
  'Everybody starts over from what the database holds now: running processes notice within 10 seconds.',
);
