import type { Question } from '@/client/ui/confirm-dialog';
import type { RoomView } from '@/shared/room';
import { nameOf, type PersonView } from '@/shared/user';

/** What is asked before somebody is removed from a room. */
export const removalOf = (
  room: Pick<RoomView, 'kind'>,
  person: PersonView,
  onConfirm: Question['onConfirm'],
): Question => ({
  title: `Remove ${nameOf(person)}?`,
  text:
    room.kind === 'public'
      ? 'They can join again; to keep them out, ban them.'
      : 'They see nothing of this room any more. What they wrote stays.',
  verb: 'Remove',
  isDangerous: true,
  onConfirm,
});
