import type { Metadata } from 'next';
import { conversationState, placeIn, threadOf } from '@/app/first-state';
import { Foyer } from '@/client/inbox/foyer';

type Props = {
  params: Promise<{ room: string; thread: string }>;
  searchParams: Promise<{ at?: string | string[] }>;
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const thread = await threadOf((await params).thread);
  return thread ? { title: thread.title } : {};
}

export default async function ThreadPage({ params, searchParams }: Props) {
  const [{ room, thread }, { at }] = await Promise.all([params, searchParams]);
  return <Foyer first={await conversationState(room, thread, placeIn(at))} />;
}
