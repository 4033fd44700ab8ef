import { beforeAll, expect, it } from 'vitest';
import { once } from '@/server/base/once';
import { deleteMessage } from '@/server/domain/message/delete';
import { editMessage } from '@/server/domain/message/edit';
import { reactToMessage } from '@/server/domain/message/react';
import { setPresence, watchPresence } from '@/server/api/presence';
import { markRead } from '@/server/domain/thread/read-state';
import { setTyping } from '@/server/domain/thread/typing';
import { updateSharing } from '@/server/domain/user/sharing';
import { PresenceLink } from '@/server/realtime/presence-link';
import { updateThread } from '@/server/domain/thread/update';
import { memoryBus, type Bus, type BusEvent, type Topic } from '@/server/realtime/bus';
import { parseBusEvent } from '@/server/realtime/bus-schema';
import { makePair, makeRoom, makeThread, makeVisitor, newId, say } from '@/server/testing/factories';
import { sendMessage } from '@/server/domain/message/send';
import { eventually } from '@/server/testing/server';

const said: { topic: Topic; event: BusEvent }[] = [];
beforeAll(() => {
  once('bus', (): Bus => {
    const inner = memoryBus((cause) => {
      throw cause;
    });
    return {
      ...inner,
      publish(topic, event) {
        said.push({ topic, event });
        inner.publish(topic, event);
      },
    };
  });
});

it('what the verbs say is believed by other processes as it is', async () => {
  const { alice, bob, room } = await makePair();
  const otter = await makeVisitor();
  const closed = await makeRoom(alice, { kind: 'private', visitors: 'none' });
  const first = await say(otter, room.mainThreadId, 'Hello');
  await sendMessage(bob, { id: newId(), threadId: room.mainThreadId, text: 'To you', replyToId: first.id });
  await say(alice, closed.mainThreadId, 'In private');
  const key = { threadId: room.mainThreadId, id: first.id };
  await reactToMessage(bob, { ...key, emoji: '👍', isOn: true });
  await editMessage(otter, { ...key, text: 'Hello all' });
  await deleteMessage(otter, key);
  const thread = await makeThread(alice, room.id);
  await updateThread(alice, { id: thread.id, title: 'Another title' });
  await markRead(bob, { threadId: room.mainThreadId, seq: 2 });
  await setTyping(bob, { threadId: room.mainThreadId, isTyping: true });
  await updateSharing(bob, { showsTyping: false });
  const tab = newId();
  setPresence(bob, { tab, isAway: true });
  await watchPresence(bob, { tab, userIds: [alice.userId] });
  const link = new PresenceLink(
    () => Promise.resolve(),
    (cause) => {
      throw cause;
    },
  );
  link.presence.enter(bob.userId);
  const kinds = () => new Set(said.map(({ event }) => event.type));
  await eventually(() =>
    ['changes', 'head', 'thread', 'room', 'membership', 'read', 'receipts', 'typing', 'presence'].every(
      (kind) => kinds().has(kind as BusEvent['type']),
    ),
  );
  link.close();
  for (const { topic, event } of said) {
    const travelled: unknown = JSON.parse(JSON.stringify(event));
    expect(parseBusEvent(topic, travelled)).toEqual(travelled);
  }
});
