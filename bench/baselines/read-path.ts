/** The product's way to read, without a socket before it: what the bare statements are comparable with. */
import { answer } from '../core/child';
import { medianMs } from '../core/timing';
import { verifierOf } from '@/server/auth/visitor-secret';
import { refreshEpoch } from '@/server/base/epoch';
import { listInbox, readUnread } from '@/server/domain/inbox/read';
import { listMessages } from '@/server/domain/message/read';
import { listRooms } from '@/server/domain/room/read';
import { listThreads } from '@/server/domain/thread/read';
import { visitorByVerifier } from '@/server/domain/user/visitor';
import { listMessagesInput } from '@/shared/message';
import { listRoomsInput } from '@/shared/room';
import { listInboxInput, listThreadsInput, unreadInput } from '@/shared/thread';
import type { Viewer } from '@/shared/user';

await refreshEpoch();

/** What is asked is checked before the clock runs. */
const reads = {
  'message.list': (viewer: Viewer, input: unknown) => {
    const asked = listMessagesInput.parse(input);
    return () => listMessages(viewer, asked);
  },
  'inbox.list': (viewer: Viewer, input: unknown) => {
    const asked = listInboxInput.parse(input);
    return () => listInbox(viewer, asked);
  },
  'inbox.unread': (viewer: Viewer, input: unknown) => {
    const asked = unreadInput.parse(input);
    return () => readUnread(viewer, asked);
  },
  'thread.list': (viewer: Viewer, input: unknown) => {
    const asked = listThreadsInput.parse(input);
    return () => listThreads(viewer, asked);
  },
  'room.list': (viewer: Viewer, input: unknown) => {
    const asked = listRoomsInput.parse(input);
    return () => listRooms(viewer, asked);
  },
};
/** A call that a visitor makes; `path` as over the socket. */
export type Read = { secret: string; path: keyof typeof reads; input: unknown };

/** The median of so many runs, ms. */
async function median({ secret, path, input, runs }: Read & { runs: number }) {
  const viewer = await visitorByVerifier(verifierOf(secret));
  if (!viewer || viewer === 'spent') throw new Error('Nobody has this secret.');
  return medianMs(runs, reads[path](viewer, input));
}

answer({ median }, { url: '', target: '' });
