import { renderToStaticMarkup } from 'react-dom/server';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FeedContext } from '@/client/message/use-feed';
import { ThreadFeed } from '@/client/message/thread-feed';
import { MessageRow } from '@/client/message/message-row';
import { dayKeyOf, dayOf } from '@/client/lib/format-time';
import type { MessageView } from '@/shared/message';

// Node 20 has none, and what draws rows knows of the connection.
vi.hoisted(() => vi.stubGlobal('WebSocket', globalThis.WebSocket ?? EventTarget));

const author = { id: '0198f0a1-0000-7000-8000-00000000000a', kind: 'visitor' as const, name: 'Quiet Otter' };
const said = (seq: number, createdAt: string): MessageView => ({
  id: `0198f0a1-0000-7000-8000-00000000000${seq}`,
  threadId: '0198f0a1-0000-7000-8000-0000000000ff',
  seq,
  rev: seq,
  kind: 'text',
  author: { id: author.id, kind: author.kind },
  text: `Line ${seq}`,
  replyTo: null,
  createdAt,
  editedAt: null,
  deletedAt: null,
  reactions: [],
  thread: null,
});

function draw(
  message: MessageView,
  previous: MessageView,
  isLocal: boolean,
  newCount: number | null = null,
): string {
  return renderToStaticMarkup(
    <FeedContext value={new ThreadFeed(message.threadId, null)}>
      <MessageRow
        {...{ message, previous, author, isLocal }}
        isOwn={false}
        isCompact={false}
        newCount={newCount}
        actions={null}
        reactions={null}
        tick={null}
        faces={null}
        pending={null}
        undo={null}
        onAttention={() => {}}
      />
    </FeedContext>,
  );
}

describe('the line above what is new', () => {
  afterEach(() => vi.useRealTimers());

  it('says how much came, and since when as one would say it', () => {
    // A Saturday in Kolkata, 20:00.
    vi.useFakeTimers({ now: new Date('2026-03-14T14:30:00.000Z') });
    const lineOf = (createdAt: string, count: number) =>
      /(New|[\d+]+ new) messages?[^<]*/.exec(draw(said(2, createdAt), said(1, createdAt), true, count))?.[0];
    expect(lineOf('2026-03-14T08:35:00.000Z', 6)).toBe('6 new messages since 14:05');
    expect(lineOf('2026-03-14T08:35:00.000Z', 1)).toBe('1 new message since 14:05');
    expect(lineOf('2026-03-13T08:35:00.000Z', 6)).toBe('6 new messages since yesterday');
    expect(lineOf('2026-03-02T08:35:00.000Z', 200)).toBe(
      `99+ new messages since ${dayOf('2026-03-02T08:35:00.000Z')}`,
    );
    expect(lineOf('2026-03-14T08:35:00.000Z', 0)).toBe('New messages');
  });
});

describe('regression: a day that begins in the browser and not on the server', () => {
  // Midnight in the zone of these tests lies between them.
  const before = said(1, '2026-03-01T18:29:00.000Z');
  const after = said(2, '2026-03-01T18:31:00.000Z');

  it('leaves no trace before the browser has its say, and begins with the name then', () => {
    expect(dayKeyOf(before.createdAt)).not.toBe(dayKeyOf(after.createdAt));
    expect(draw(after, before, false)).not.toContain(author.name);
    expect(draw(after, before, true)).toContain(author.name);
  });
});
