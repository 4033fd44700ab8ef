'use client';

import { useCallback, useState, type ReactNode } from 'react';
import { lazily } from '@/client/lib/lazily';
import { go, roomPath } from '@/client/paths';
import { removalOf } from '@/client/room/removal';
import { useOpenDirect, useRemoveMember } from '@/client/room/use-room-changes';
import { callErrorOf } from '@/client/trpc';
import type { Question } from '@/client/ui/confirm-dialog';
import { PersonActionsContext, type PersonAction } from '@/client/user/person-actions';
import type { RoomView } from '@/shared/room';
import type { PersonView } from '@/shared/user';

const ModerateDialog = lazily(async () => (await import('@/client/message/moderate-dialog')).ModerateDialog);
const ConfirmDialog = lazily(async () => (await import('@/client/ui/confirm-dialog')).ConfirmDialog);

/** Lets the cards of people in a room offer what the viewer may do about them there. */
export function PersonActionsProvider({
  room,
  myId,
  children,
}: {
  room: RoomView;
  myId: string | null;
  children: ReactNode;
}) {
  const [question, setQuestion] = useState<Question | null>(null);
  const [moderated, setModerated] = useState<PersonView | null>(null);
  const { mutateAsync: remove } = useRemoveMember(room.id);
  const { mutateAsync: openDirect } = useOpenDirect();
  const actionsOf = useCallback(
    (person: PersonView): PersonAction[] => {
      if (person.id === myId || (person.kind !== 'registered' && person.kind !== 'visitor')) return [];
      const may = (action: RoomView['may'][number]) => room.may.includes(action);
      const write = async () => {
        try {
          go(roomPath(await openDirect([person.id])));
          return null;
        } catch (cause) {
          const { data, message } = callErrorOf(cause);
          return data?.code === 'NOT_FOUND' ? `${person.name} is not here any more.` : message;
        }
      };
      return [
        ...(room.kind === 'direct' ? [] : [{ label: 'Write directly', attempt: write }]),
        ...(may('moderate') ? [{ label: 'Mute or ban …', run: () => setModerated(person) }] : []),
        ...(may('remove')
          ? [
              {
                label: 'Remove from the room',
                isDangerous: true,
                run: () => setQuestion(removalOf(room, person, () => remove(person.id))),
              },
            ]
          : []),
      ];
    },
    [room, myId, openDirect, remove],
  );
  return (
    <PersonActionsContext value={actionsOf}>
      {children}
      {moderated && <ModerateDialog roomId={room.id} person={moderated} onClose={() => setModerated(null)} />}
      {question && (
        <ConfirmDialog
          question={question}
          onClose={() => setQuestion(null)}
          wordsOf={(cause) => callErrorOf(cause).message}
        />
      )}
    </PersonActionsContext>
  );
}
