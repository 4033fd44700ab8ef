'use client';

import {
  Crown,
  Ellipsis,
  KeyRound,
  MessageCircle,
  Shield,
  UserMinus,
  UserRound,
  VolumeX,
} from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { ModerateDialog } from '@/client/message/moderate-dialog';
import { go, roomPath } from '@/client/paths';
import { removalOf } from '@/client/room/removal';
import type { RoomSectionProps } from '@/client/room/room-section';
import {
  useMembers,
  useOpenDirect,
  useRemoveMember,
  useSetRole,
  useTransfer,
} from '@/client/room/use-room-changes';
import { callErrorOf } from '@/client/trpc';
import { Button } from '@/client/ui/button';
import { ConfirmDialog, type Question } from '@/client/ui/confirm-dialog';
import { Menu } from '@/client/ui/menu';
import type { MenuEntry } from '@/client/ui/menu-button';
import { Skeleton } from '@/client/ui/skeleton';
import { FaceWithDot } from '@/client/user/presence-dot';
import { useMe } from '@/client/user/use-me';
import { PersonName } from '@/client/user/person-name';
import { searchMaxChars } from '@/shared/limits';
import type { MemberView, RoomRole } from '@/shared/room';

const roleWords: Record<RoomRole, string> = {
  owner: 'Owner',
  moderator: 'Moderator',
  member: 'Member',
  visitor: 'Visitor',
};
const ranks: Record<RoomRole, number> = { owner: 3, moderator: 2, member: 1, visitor: 0 };

/** Who is in a room, and what the viewer may do about it. */
export function MembersSection({ room, onDone }: RoomSectionProps) {
  const [search, setSearch] = useState('');
  const deferred = useDeferredValue(search.trim());
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage } = useMembers(room.id, deferred);
  const members = data?.pages.flatMap((page) => page.members);
  return (
    <div>
      <input
        type="search"
        aria-label="Search people"
        placeholder="Search people"
        value={search}
        maxLength={searchMaxChars}
        onChange={(event) => setSearch(event.target.value)}
        className="mb-3 h-10 w-full rounded-control border bg-surface px-3 text-base max-md:h-11"
      />
      {error && (
        <p role="alert" className="text-sm text-red">
          {callErrorOf(error).message}
        </p>
      )}
      <ul aria-label="People" className="-mx-2 min-h-40">
        {members?.map((member) => (
          <MemberRow key={member.person.id} room={room} member={member} onDone={onDone} />
        ))}
        {!members && !error && [1, 2, 3].map((n) => <Skeleton key={n} className="mx-2 my-1.5 h-10" />)}
      </ul>
      {members?.length === 0 && <p className="text-md text-soft">Nobody here has that name.</p>}
      {hasNextPage && (
        <Button className="mt-2 w-full" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  );
}

function MemberRow({ room, member, onDone }: RoomSectionProps & { member: MemberView }) {
  const me = useMe();
  const [question, setQuestion] = useState<Question | null>(null);
  const [isModerating, setIsModerating] = useState(false);
  const setRole = useSetRole(room.id);
  const transfer = useTransfer(room.id);
  const remove = useRemoveMember(room.id);
  const direct = useOpenDirect();
  const { person, role } = member;
  const isMe = person.id === me?.id;
  const may = new Set(room.may);
  const outranks = room.role === null ? role !== 'owner' : ranks[room.role] > ranks[role];
  const give = (to: RoomRole, picture: MenuEntry['picture']): MenuEntry => ({
    label: `Make ${to === 'owner' ? 'an owner' : `a ${to}`}`,
    picture,
    onSelect: () => setRole.mutate({ userId: person.id, role: to }),
  });
  const entries: MenuEntry[] = [
    ...(isMe || room.kind === 'direct'
      ? []
      : [
          {
            label: 'Write to them directly',
            picture: <MessageCircle size={16} />,
            onSelect: () =>
              direct.mutate([person.id], {
                onSuccess(opened) {
                  onDone();
                  go(roomPath(opened));
                },
              }),
          },
        ]),
    ...(may.has('roles') && (outranks || (isMe && role === 'owner'))
      ? [
          ...(role === 'moderator' ? [] : [give('moderator', <Shield size={16} />)]),
          ...(role === 'member' ? [] : [give('member', <UserRound size={16} />)]),
          ...(role === 'owner' ? [] : [give('owner', <Crown size={16} />)]),
        ]
      : []),
    ...(may.has('transfer') && !isMe && role !== 'owner'
      ? [
          {
            label: 'Hand the room over',
            picture: <KeyRound size={16} />,
            onSelect: () =>
              setQuestion({
                title: `Hand ${room.name} over to ${person.name}?`,
                text: 'They become its owner and you a moderator. Only they can give it back.',
                verb: 'Hand over',
                onConfirm: () => transfer.mutateAsync(person.id),
              }),
          },
        ]
      : []),
    ...(may.has('moderate') && outranks && !isMe
      ? [
          {
            label: 'Mute or ban …',
            picture: <VolumeX size={16} />,
            onSelect: () => setIsModerating(true),
          },
        ]
      : []),
    ...(may.has('remove') && outranks && !isMe
      ? [
          {
            label: 'Remove from the room',
            picture: <UserMinus size={16} />,
            isDangerous: true,
            onSelect: () => setQuestion(removalOf(room, person, () => remove.mutateAsync(person.id))),
          },
        ]
      : []),
  ];
  const failure = setRole.error ?? direct.error;
  return (
    <li className="rounded-lg px-2 py-1 hover:bg-hover">
      <div className="flex min-h-10 items-center gap-3">
        <FaceWithDot person={person} size={32} />
        <span className="min-w-0 flex-1 truncate text-md">
          {/* The role says it already. */}
          {role === 'visitor' ? <bdi>{person.name}</bdi> : <PersonName person={person} />}
          {isMe && <span className="text-faint"> (you)</span>}
        </span>
        <span className="text-sm text-soft">{roleWords[role]}</span>
        {entries.length > 0 ? (
          <Menu label={`Actions for ${person.name}`} picture={<Ellipsis size={18} />} entries={entries} />
        ) : (
          <span className="size-8 max-md:size-11" />
        )}
      </div>
      {failure && (
        <p role="alert" className="pb-1 pl-11 text-sm text-red">
          {callErrorOf(failure).message}
        </p>
      )}
      {isModerating && (
        <ModerateDialog roomId={room.id} person={person} onClose={() => setIsModerating(false)} />
      )}
      <ConfirmDialog
        question={question}
        onClose={() => setQuestion(null)}
        wordsOf={(cause) => callErrorOf(cause).message}
      />
    </li>
  );
}
