import { cache } from 'react';
import { treesOf } from '@/app/first-trees';
import type { FirstState } from '@/client/inbox/foyer';
import { callerFor } from '@/server/api/caller';
import { Identity } from '@/server/auth/identity';
import { pageSize } from '@/shared/limits';

const listSize = 40;

/** The server cannot know a visitor, so pages hold what a stranger may see, the same for everybody. */
const stranger = cache(async () => callerFor(await Identity.resolve({ address: 'server' })));

/** What a stranger may not see is not there, for the server's rendering as well. */
async function orNull<T>(read: Promise<T>): Promise<T | null> {
  try {
    return await read;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'NOT_FOUND') return null;
    throw cause;
  }
}

export const roomOf = cache(async (slug: string) => {
  if (!/^[a-z0-9-]{1,60}$/.test(slug)) return null;
  return orNull((await stranger()).room.get({ slug }));
});

export const threadOf = cache(async (segment: string) => {
  const shortId = segment.slice(0, 12);
  if (!/^[0-9a-hjkmnp-tv-z]{12}$/.test(shortId)) return null;
  return orNull((await stranger()).thread.get({ shortId }));
});

export async function inboxState(): Promise<FirstState> {
  const call = await stranger();
  const [{ rooms }, threads] = await Promise.all([
    call.room.list({ limit: 100 }),
    call.thread.list({ limit: listSize }),
  ]);
  return { rooms, threads, room: null, thread: null, messages: null, trees: [] };
}

/** @param at the place that the URL names; null is the thread's end */
export async function conversationState(
  slug: string,
  segment: string | null,
  at: number | null,
): Promise<FirstState> {
  const call = await stranger();
  const [{ rooms }, room, thread] = await Promise.all([
    call.room.list({ limit: 100 }),
    roomOf(slug),
    segment === null ? null : threadOf(segment),
  ]);
  const threadId = segment === null ? room?.mainThreadId : thread?.id;
  if (!room || !threadId) return { rooms, threads: null, room, thread: null, messages: null, trees: [] };
  const where = at === null ? {} : { cursor: at, direction: 'around' as const };
  const [threads, messages] = await Promise.all([
    call.thread.list({ roomId: room.id, limit: listSize }),
    call.message.list({ threadId, limit: pageSize, ...where }),
  ]);
  return { rooms, threads, room, thread, messages, trees: treesOf(messages.messages) };
}

export function placeIn(at: string | string[] | undefined): number | null {
  const seq = Number(at);
  return Number.isSafeInteger(seq) && seq > 0 && seq <= 2_147_483_647 ? seq : null;
}
