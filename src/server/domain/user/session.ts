import { v7 as newId } from 'uuid';
import { run, statement } from '@/server/base/db';
import { once } from '@/server/base/once';
import { Together } from '@/server/base/together';
import { publish } from '@/server/realtime/bus';
import type { SessionListItem } from '@/shared/account';
import { sessionDays, sessionSeenMs } from '@/shared/limits';
import type { Member } from '@/shared/user';

export type LiveSession = { id: string; member: Member; expiresAt: Date };

const open = statement<unknown>(
  'session-open',
  `insert into sessions (id, user_id, label, expires_at)
   values ($1, $2, left($3, 120), now() + ${sessionDays} * interval '1 day')`,
);
type LiveRow = {
  id: string;
  userId: string;
  name: string;
  isAdmin: boolean;
  expiresAt: Date;
  isStale: boolean;
};
const live = statement<LiveRow>(
  'session-live',
  `select s.id, u.id as "userId", u.name, u.is_admin as "isAdmin", s.expires_at as "expiresAt",
     s.seen_at < now() - ${sessionSeenMs} * interval '1 millisecond' as "isStale"
   from sessions s join users u on u.id = s.user_id
   where s.id = any($1::uuid[]) and s.expires_at > now()
     and u.kind = 'registered' and u.deactivated_at is null and u.erased_at is null`,
);
const sessions = () =>
  once(
    'sessions-together',
    () =>
      new Together<string, LiveRow>({
        keyOf: (id) => id.toLowerCase(),
        read: (ids) => run(live, [ids]),
        keyOfRow: ({ id }) => id,
      }),
  );
const see = statement<unknown>(
  'session-see',
  `update sessions set seen_at = now(), expires_at = now() + ${sessionDays} * interval '1 day' where id = $1`,
);
const endOne = statement<{ id: string }>(
  'session-end',
  'delete from sessions where id = $1 and user_id = $2 returning id',
);
const endAll = statement<{ id: string }>(
  'session-end-all',
  'delete from sessions where user_id = $1 and ($2::uuid is null or id <> $2) returning id',
);
const list = statement<{ id: string; label: string; createdAt: Date; seenAt: Date }>(
  'session-list',
  `select id, label, created_at as "createdAt", seen_at as "seenAt" from sessions
   where user_id = $1 and expires_at > now() order by seen_at desc, id desc limit 50`,
);
const living = statement<{ id: string }>(
  'session-living',
  `select s.id::text as id from sessions s join users u on u.id = s.user_id
   where s.id = any($1::uuid[]) and s.expires_at > now() and u.deactivated_at is null and u.erased_at is null
   union all
   select encode(u.visitor_verifier, 'hex') from users u
   where u.visitor_verifier = any($2::bytea[]) and u.kind = 'visitor' and u.claimed_by_id is null
     and u.deactivated_at is null and u.erased_at is null`,
);

/** Makes the row that a cookie stands for. @returns its id */
export async function openSession(userId: string, label: string): Promise<string> {
  const id = newId();
  await run(open, [id, userId, label]);
  return id;
}

/** The session with its person, or null when it has ended; what is used lives on. */
export async function liveSession(id: string, userId: string): Promise<LiveSession | null> {
  const row = await sessions().ask(id);
  if (row?.userId !== userId.toLowerCase()) return null;
  if (row.isStale) await run(see, [id]);
  const { name, isAdmin, expiresAt } = row;
  return { id, expiresAt, member: { kind: 'registered', userId, name, isAdmin } };
}

/** Ends one session of a person; one that is none of theirs is left alone. */
export async function endSession(userId: string, id: string): Promise<void> {
  if ((await run(endOne, [id, userId])).length > 0) publish(`user:${userId}`, { type: 'identity' });
}

/** Ends every session of a person, but for `exceptId`. @returns how many */
export async function endSessions(userId: string, exceptId: string | null = null): Promise<number> {
  const ended = await run(endAll, [userId, exceptId]);
  publish(`user:${userId}`, { type: 'identity' });
  return ended.length;
}

export async function listSessions(userId: string, thisId: string | null): Promise<SessionListItem[]> {
  const rows = await run(list, [userId]);
  return rows.map(({ id, label, createdAt, seenAt }) => ({
    id,
    label,
    createdAt: createdAt.toISOString(),
    seenAt: seenAt.toISOString(),
    isThis: id === thisId,
  }));
}

/**
 * Which of these sessions, and of the visitors with these verifiers, are still somebody: a visitor who has
 * moved to another secret lives on, but not here.
 * @returns ids of sessions, and verifiers in hex
 */
export async function stillLiving(sessionIds: string[], verifiers: Buffer[]): Promise<Set<string>> {
  const rows = await run(living, [sessionIds, verifiers]);
  return new Set(rows.map((row) => row.id));
}
