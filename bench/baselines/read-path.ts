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
const read =
  <Input>(
    schema: { parse(input: unknown): Input },
    verb: (viewer: Viewer, input: Input) => Promise<unknown>,
  ) =>
  (viewer: Viewer, input: unknown) => {
    const asked = schema.parse(input);
    return () => verb(viewer, asked);
  };
const reads = {
  'message.list': read(listMessagesInput, listMessages),
  'inbox.list': read(listInboxInput, listInbox),
  'inbox.unread': read(unreadInput, readUnread),
  'thread.list': read(listThreadsInput, listThreads),
  'room.list': read(listRoomsInput, listRooms),
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
