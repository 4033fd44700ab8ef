import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { conversationState, placeIn, roomOf } from '@/app/first-state';
import { Foyer } from '@/client/inbox/foyer';

type Props = { params: Promise<{ room: string }>; searchParams: Promise<{ at?: string | string[] }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const room = await roomOf((await params).room);
  return room ? { title: room.name, description: room.topic || undefined } : {};
}

export default async function RoomPage({ params, searchParams }: Props) {
  const [{ room }, { at }] = await Promise.all([params, searchParams]);
  const first = await conversationState(room, null, placeIn(at));
  if (first.room && first.room.slug !== room) redirect(`/r/${first.room.slug}`);
  return <Foyer first={first} />;
}
