import { useEffect } from 'react';
import { rememberPlace } from '@/client/inbox/recent-places';
import { roomPath, threadPath, type Place } from '@/client/paths';

type Shown = { title: string; isMain: boolean; shortId?: string };

/** Keeps the room or thread in view among the places that the palette offers first. */
export function useVisit(
  place: Place,
  room: { slug: string; name: string } | undefined,
  shown: Shown | null | undefined,
): void {
  const isThere = room !== undefined && place.view !== 'inbox' && place.roomSlug === room.slug;
  const [title, shortId] = [shown?.title, shown?.isMain ? undefined : shown?.shortId];
  useEffect(() => {
    if (!isThere || title === undefined) return;
    const path = shortId ? threadPath({ shortId, title, isMain: false, room }) : roomPath(room);
    rememberPlace({ path, title: shortId ? title : room.name, room: room.name });
  }, [isThere, room, title, shortId]);
}
