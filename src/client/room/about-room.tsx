import type { RoomSectionProps } from '@/client/room/room-section';
import type { RoomView } from '@/shared/room';

const accessWords = (room: RoomView): string => {
  if (room.kind === 'private') return 'Private: only its members know of it.';
  if (room.kind === 'direct') return 'Direct: for the people in it alone.';
  switch (room.visitors) {
    case 'write':
      return 'Open: everyone with the link reads and writes, without an account.';
    case 'read':
      return 'Readable: everyone with the link reads, members write.';
    case 'approve':
      return 'Open after a look: a visitor’s first message waits for a moderator.';
    case 'none':
      return 'For members: whoever has an account may join.';
  }
};

export function AboutRoom({ room }: RoomSectionProps) {
  return (
    <dl className="space-y-3 text-md">
      {room.topic && (
        <div>
          <dt className="text-sm font-medium text-soft">Topic</dt>
          <dd dir="auto" className="mt-0.5">
            {room.topic}
          </dd>
        </div>
      )}
      <div>
        <dt className="text-sm font-medium text-soft">Who may come in</dt>
        <dd className="mt-0.5">{accessWords(room)}</dd>
      </div>
    </dl>
  );
}
