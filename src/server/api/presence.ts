import { presence } from '@/server/api/live';
import { peopleInSight } from '@/server/domain/room/in-sight';
import { publish } from '@/server/realtime/bus';
import type { PresenceView, SetPresenceInput, WatchPresenceInput } from '@/shared/signal';
import type { Viewer } from '@/shared/user';

/** The person has left one of their tabs alone, or has come back to it. Nothing is stored. */
export function setPresence(viewer: Viewer, { tab, isAway }: SetPresenceInput): void {
  if (viewer.userId) publish(`user:${viewer.userId}`, { type: 'tab', tab, isAway });
}

/**
 * Whose presence a tab shows from now on, in place of those it showed before: its stream tells their
 * changes.
 * @returns how those stand now whom the viewer may know; the others are missing, hidden or not
 */
export async function watchPresence(
  viewer: Viewer,
  { tab, userIds }: WatchPresenceInput,
): Promise<{ people: PresenceView[] }> {
  if (viewer.userId === null) return { people: [] };
  const seen = await peopleInSight(viewer, userIds);
  publish(`user:${viewer.userId}`, { type: 'watch', tab, userIds: seen.map(({ userId }) => userId) });
  const people = seen.map(({ userId, lastSeenAt }): PresenceView => {
    const view = presence().viewOf(userId);
    return view.state === 'offline' ? { ...view, lastSeenAt: view.lastSeenAt ?? lastSeenAt } : view;
  });
  return { people };
}
