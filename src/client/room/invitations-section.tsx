'use client';

import { Check, Copy, Link2Off, UserPlus } from 'lucide-react';
import { useId, useState } from 'react';
import { listTimeOf } from '@/client/lib/format-time';
import { PeoplePicker } from '@/client/room/people-picker';
import type { RoomSectionProps } from '@/client/room/room-section';
import { useCreateLink, useInvite, useLinks, useRevokeLink } from '@/client/room/use-room-changes';
import { callErrorOf } from '@/client/trpc';
import { Button, IconButton } from '@/client/ui/button';
import { Choice } from '@/client/ui/choice';
import type { InviteLinkView, LinkRole } from '@/shared/invite-link';
import type { RoomView } from '@/shared/room';
import type { PersonView } from '@/shared/user';

const lasting = [
  { value: '24', label: 'A day' },
  { value: '168', label: 'A week' },
  { value: '720', label: '30 days' },
  { value: '', label: 'Until revoked' },
];
const often = [
  { value: '', label: 'Any number' },
  { value: '1', label: 'One person' },
  { value: '10', label: '10 people' },
  { value: '100', label: '100 people' },
];
const stateWords = {
  open: '',
  expired: 'Expired',
  revoked: 'Revoked',
  full: 'Used up',
  archived: 'Room archived',
} as const;
const roleWords: Record<LinkRole, string> = { moderator: 'Moderators', member: 'Members', visitor: 'Guests' };

/** Lets people in: by a link that can be given to anybody, or by their name. */
export function InvitationsSection({ room }: RoomSectionProps) {
  return (
    <div className="space-y-6">
      <NewLink room={room} />
      <Links room={room} />
      <ByName room={room} />
    </div>
  );
}

function NewLink({ room }: { room: RoomView }) {
  const [role, setRole] = useState<LinkRole>('member');
  const [hours, setHours] = useState('168');
  const [usesMax, setUsesMax] = useState('');
  const [hidesHistory, setHidesHistory] = useState(false);
  const create = useCreateLink(room.id);
  const id = useId();
  const roles = [
    { value: 'member', label: 'Members: read and write' },
    {
      value: 'visitor',
      label: room.kind === 'private' ? 'Guests: read only' : 'Guests: what visitors may here',
    },
    ...(room.may.includes('roles') ? [{ value: 'moderator', label: 'Moderators' }] : []),
  ];
  return (
    <form
      aria-label="New link"
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({
          role,
          hours: hours ? Number(hours) : null,
          usesMax: usesMax ? Number(usesMax) : null,
          hidesHistory,
        });
      }}
    >
      <Choice
        id={`${id}-role`}
        label="Whoever follows the link becomes one of the"
        options={roles}
        value={role}
        onChange={(event) => setRole(event.target.value as LinkRole)}
      />
      <div className="grid grid-cols-2 gap-3">
        <Choice
          id={`${id}-hours`}
          label="It works for"
          options={lasting}
          value={hours}
          onChange={(event) => setHours(event.target.value)}
        />
        <Choice
          id={`${id}-uses`}
          label="It lets in"
          options={often}
          value={usesMax}
          onChange={(event) => setUsesMax(event.target.value)}
        />
      </div>
      {room.kind === 'private' && (
        <label className="flex min-h-9 cursor-pointer items-center gap-2.5 text-md max-md:min-h-11">
          <input
            type="checkbox"
            checked={hidesHistory}
            onChange={(event) => setHidesHistory(event.target.checked)}
            className="size-4 accent-accent"
          />
          They see only what is written after they join
        </label>
      )}
      <Button look="primary" type="submit" disabled={create.isPending}>
        Make a link
      </Button>
      {create.error && (
        <p role="alert" className="text-sm text-red">
          {callErrorOf(create.error).message}
        </p>
      )}
      {create.data && <FreshLink address={create.data} />}
    </form>
  );
}

/** The only time that a link is shown: nobody keeps it but whoever takes it from here. */
function FreshLink({ address }: { address: string }) {
  const [isCopied, setIsCopied] = useState(false);
  const copy = async (field: HTMLInputElement | null) => {
    try {
      await navigator.clipboard.writeText(address);
      setIsCopied(true);
    } catch {
      // Where the clipboard is closed to pages, the link is marked to be copied by hand.
      field?.select();
    }
  };
  const id = useId();
  return (
    <div className="rounded-lg bg-accent-soft p-3">
      <label htmlFor={id} className="text-sm font-medium">
        Copy it now: it is not shown again
      </label>
      <div className="mt-1.5 flex gap-2">
        <input
          id={id}
          readOnly
          value={address}
          onFocus={(event) => event.target.select()}
          className="h-9 min-w-0 flex-1 rounded-control border bg-surface px-2.5 text-sm max-md:h-11"
        />
        <Button onClick={() => void copy(document.querySelector<HTMLInputElement>(`#${CSS.escape(id)}`))}>
          {isCopied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      </div>
    </div>
  );
}

function Links({ room }: { room: RoomView }) {
  const { data: links } = useLinks(room.id);
  const revoke = useRevokeLink(room.id);
  if (!links || links.length === 0) return null;
  return (
    <section aria-label="Links">
      <h3 className="mb-1 text-sm font-medium">Links that were made</h3>
      <ul className="divide-y">
        {links.map((link) => (
          <li key={link.id} className="flex min-h-12 items-center gap-3 py-1">
            <span className="min-w-0 flex-1">
              <span className="block truncate text-md">{roleWords[link.role]}</span>
              <span className="block truncate text-sm text-soft tabular">{wordsOf(link)}</span>
            </span>
            <IconButton label="Revoke this link" onClick={() => revoke.mutate(link.id)}>
              <Link2Off size={16} />
            </IconButton>
          </li>
        ))}
      </ul>
    </section>
  );
}

const wordsOf = (link: InviteLinkView): string =>
  [
    stateWords[link.state],
    `${link.uses}${link.usesMax === null ? '' : ` of ${link.usesMax}`} used`,
    link.expiresAt ? `until ${listTimeOf(link.expiresAt)}` : 'until revoked',
    `by ${link.createdBy.name}`,
    link.hidesHistory ? 'without history' : '',
  ]
    .filter(Boolean)
    .join(' · ');

function ByName({ room }: { room: RoomView }) {
  const [people, setPeople] = useState<PersonView[]>([]);
  const invite = useInvite(room.id);
  return (
    <section aria-label="People you know">
      <h3 className="mb-1 text-sm font-medium">Or add people you share a room with</h3>
      <PeoplePicker people={people} onChange={setPeople} max={50} />
      {people.length > 0 && (
        <Button
          className="mt-2"
          disabled={invite.isPending}
          onClick={() =>
            invite.mutate(
              people.map((person) => person.id),
              { onSuccess: () => setPeople([]) },
            )
          }
        >
          <UserPlus size={16} aria-hidden />
          Add {people.length === 1 ? people[0]?.name : `${people.length} people`}
        </Button>
      )}
      <p role="status" className="mt-1 text-sm text-soft">
        {invite.error
          ? callErrorOf(invite.error).message
          : invite.data
            ? invite.data.added.length === 0
              ? 'Everybody was here already.'
              : 'They are in.'
            : ''}
      </p>
    </section>
  );
}
