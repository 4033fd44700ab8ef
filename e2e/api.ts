import { randomBytes } from 'node:crypto';
import { createTRPCClient, httpLink } from '@trpc/client';
import { v7 as newId } from 'uuid';
import type { AppRouter } from '@/server/api/root';
import type { MessageView } from '@/shared/message';
import type { CreateRoomInput, RoomView } from '@/shared/room';
import type { ThreadSummary } from '@/shared/thread';

/** A visitor who has no browser: what tests prepare, and what "somebody else" says meanwhile. */
export class Guest {
  private readonly client;

  /**
   * @param name under which the guest's first message introduces them
   * @param secret of somebody who has a browser as well
   */
  constructor(
    baseUrl: string,
    readonly name = 'Helpful Guest',
    secret: string = randomBytes(32).toString('base64url'),
  ) {
    this.client = createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: `${baseUrl}/api/trpc`,
          headers: { 'x-foyer-visitor': secret, origin: new URL(baseUrl).origin },
        }),
      ],
    });
  }

  makeRoom(over: Partial<Omit<CreateRoomInput, 'id'>> = {}): Promise<RoomView> {
    const id = newId();
    const name = `Room ${id.slice(-8)}`;
    return this.client.room.create.mutate({
      id,
      name,
      topic: '',
      kind: 'public',
      visitors: 'write',
      ...over,
    });
  }

  /** Sets slow mode or the lock of a room. */
  async moderate(roomId: string, settings: { slowModeMs?: number; isLocked?: boolean }): Promise<void> {
    await this.client.room.moderate.mutate({ roomId, ...settings });
  }

  startThread(roomId: string, title: string): Promise<ThreadSummary> {
    return this.client.thread.create.mutate({ id: newId(), roomId, title });
  }

  async say(threadId: string, text: string): Promise<MessageView> {
    const { name } = this;
    const result = await this.client.message.send.mutate({ id: newId(), threadId, text, name });
    if (result.state !== 'sent') throw new Error('The message was held.');
    return result.message;
  }

  /** Says several things, one after the other. */
  async sayAll(threadId: string, texts: string[]): Promise<void> {
    for (const text of texts) await this.say(threadId, text);
  }

  /** Follows a thread, with the message at `seq` and all after it unread. */
  async markUnread(threadId: string, seq: number): Promise<void> {
    await this.client.thread.markUnread.mutate({ threadId, seq });
  }

  /** The newest texts of a thread as the server holds them, oldest first. */
  async texts(threadId: string): Promise<string[]> {
    const { messages } = await this.client.message.list.query({ threadId, limit: 100 });
    return messages.map((message) => message.text);
  }

  /** Leaves for good; what they said stays, as a deleted user's. */
  async erase(): Promise<void> {
    await this.client.user.erase.mutate({ texts: 'keep', proof: this.name });
  }

  async rename(name: string): Promise<void> {
    await this.client.user.update.mutate({ name });
  }
}
