import { accesses, accessOf } from '@/client/room/access-choice';
import type { RoomSectionProps } from '@/client/room/room-section';
import type { RoomView } from '@/shared/room';

function accessWords(room: RoomView): string {
  if (room.kind === 'direct') return 'Direct: for the people in it alone.';
  const access = accesses.find(({ value }) => value === accessOf(room));
  return access ? `${access.label}: ${access.hint}` : '';
}

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
